import type { EncoderBatch } from "./batch.ts";
import { type CallGraph, type CallNode, itemOf } from "./call-graph.ts";
import type { Claim, Order } from "./claim.ts";
import type { EncoderLane } from "./encoder-lane.ts";
import type { Lanes } from "./lanes.ts";
import type { Requests } from "./requests.ts";
import { leastOf, shared, type Standings } from "./standings.ts";
import type { EncoderWork } from "./turns.ts";

/** Passes that may rest at once: each holds what it has computed so far. */
const MAX_RESTING = 2;

interface Pass {
  readonly lane: EncoderLane;
  readonly nodes: readonly CallNode[];
  /** What its parts took so far, in milliseconds. */
  ms: number;
}

interface Around {
  readonly calls: CallGraph;
  readonly requests: Requests;
  readonly standings: Standings;
}

/** Encoder passes: those that could begin, and those that have begun and rest between two of their parts. */
export class EncoderPasses {
  readonly #calls: CallGraph;
  readonly #requests: Requests;
  readonly #standings: Standings;
  readonly #passes = new Map<EncoderBatch, Pass>();

  constructor({ calls, requests, standings }: Around) {
    this.#calls = calls;
    this.#requests = requests;
    this.#standings = standings;
  }

  /** All there is to do. What rests goes before what could begin in its network. */
  works(lanes: Pick<Lanes, "encoder">): EncoderWork[] {
    this.#giveUp();
    const resting = [...this.#passes].map(([batch, pass]) => ({
      ...{ kind: "encode" as const, lane: pass.lane, resting: batch },
      claims: this.#claimsOf(pass.nodes),
    }));
    if (resting.length >= MAX_RESTING) return resting;
    const beginning = this.#calls.readyNetworks().map((network) => {
      const lane = lanes.encoder(network);
      const isAhead = lane.whoIsAhead();
      const claims = this.#claimsOf(this.#calls.ready(network)).filter(({ client }) => !isAhead(client));
      return { kind: "encode" as const, lane, resting: undefined, claims };
    });
    return [...resting, ...beginning.filter(({ claims }) => claims.length > 0)];
  }

  /** The pass that a turn is for: one that rests, or a new one of the calls that are first, each by the first claim to it. */
  take({ lane, resting }: Pick<EncoderWork, "lane" | "resting">, order: Order): EncoderBatch {
    if (resting !== undefined) return resting;
    const first = (node: CallNode): Claim => leastOf(this.#requests.claimsOf(node), order);
    const nodes = this.#calls.take(lane.network, this.#limitOf(lane), (a, b) => order(first(a), first(b)));
    const batch: EncoderBatch = { kind: "encoder", network: lane.network, items: nodes.map(itemOf) };
    this.#passes.set(batch, { lane, nodes, ms: 0 });
    return batch;
  }

  #limitOf(lane: EncoderLane): number {
    const claims = this.#claimsOf(this.#calls.ready(lane.network));
    return claims.some((claim) => this.#standings.isCrowding(claim)) ? lane.crowdLimit : lane.limit;
  }

  /** A part of it took so long, each call's share of which is shared by those who want it. */
  took(batch: EncoderBatch, ms: number): void {
    const pass = this.#passes.get(batch)!;
    pass.ms += ms;
    const share = ms / pass.nodes.length;
    const parts = pass.nodes.flatMap((node) => shared(this.#requests.claimsOf(node), share));
    this.#standings.took(parts);
    this.#requests.took(parts);
  }

  /** It is over. */
  end(batch: EncoderBatch): Readonly<Pass> {
    const pass = this.#passes.get(batch)!;
    this.#passes.delete(batch);
    return pass;
  }

  /** It failed, or is given up: who waits for it. */
  discard(batch: EncoderBatch): string[] {
    const { nodes } = this.end(batch);
    this.#calls.discard(nodes);
    return this.#requests.wanting(nodes).map(({ id }) => id);
  }

  /** Nobody wants what some that rest would compute. */
  #giveUp(): void {
    for (const [batch, { nodes }] of this.#passes) {
      if (this.#claimsOf(nodes).length === 0) this.discard(batch);
    }
  }

  #claimsOf(nodes: readonly CallNode[]): Claim[] {
    return nodes.flatMap((node) => this.#requests.claimsOf(node));
  }
}
