import type { DecoderBatch, DecoderEntry } from "./batch.ts";
import type { CallNode } from "./call-graph.ts";
import type { Claim } from "./claim.ts";
import { type Request, type Started, startedOf } from "./request.ts";
import type { Sequence } from "./sequence.ts";
import type { Part } from "./standings.ts";

/** The requests in flight, by id, in order of arrival. */
export class Requests {
  readonly #byId = new Map<string, Request>();
  readonly #byClaim = new Map<Claim, Request>();

  get size(): number {
    return this.#byId.size;
  }

  get all(): Request[] {
    return [...this.#byId.values()];
  }

  add(request: Request): void {
    this.#byId.set(request.id, request);
    this.#byClaim.set(request.claim, request);
  }

  get(id: string): Request | undefined {
    return this.#byId.get(id);
  }

  remove({ id, claim }: Request): void {
    this.#byId.delete(id);
    this.#byClaim.delete(claim);
  }

  /** The device has worked for them. */
  took(parts: readonly Part[]): void {
    for (const { claim, ms } of parts) this.#byClaim.get(claim)!.deviceMs += ms;
  }

  of(model: string): Request[] {
    return [...this.#byId.values()].filter(({ program }) => program.model === model);
  }

  /** Those that wait for what a sequence says. */
  asking({ askers }: Sequence): Request[] {
    return [...askers.keys()].map((id) => this.#byId.get(id)!);
  }

  /** Those that want any of these calls. */
  wanting(nodes: readonly CallNode[]): Request[] {
    const ids = new Set(nodes.flatMap(({ requests }) => [...requests]));
    return [...ids].map((id) => this.#byId.get(id)).filter((request) => request !== undefined);
  }

  /** What they claim of the device who want this call. */
  claimsOf({ requests }: CallNode): Claim[] {
    return [...requests].flatMap((id) => this.#byId.get(id)?.claim ?? []);
  }

  /** Those that count on what the cache of a model's decoder holds: their own rows, or such as were kept. */
  countingOn(model: string): Request[] {
    return this.of(model).filter(({ sequence }) => sequence?.slot !== undefined || sequence?.prefix !== undefined);
  }

  /** Those that see their sequences in a decoder pass for the first time, from now on known to have begun. */
  begun({ entries, chunk }: DecoderBatch): Started[] {
    const members = [...entries, ...(chunk ? [chunk] : [])].flatMap(({ sequence }) => this.asking(sequence));
    const beginning = members.filter(({ reusedRows }) => reusedRows === undefined);
    for (const request of beginning) request.reusedRows = request.sequence!.numComputedRows;
    return beginning.map(startedOf);
  }
}

/** Those for whom the pass computes something. */
export function membersOf({ entries, chunk }: Pick<DecoderBatch, "entries" | "chunk">): readonly DecoderEntry[] {
  return [...entries.filter(({ numRows }) => numRows > 0), ...(chunk ? [chunk] : [])];
}

/** The ids of the requests for whom the pass computes something. */
export function askersIn(batch: DecoderBatch): readonly string[] {
  return membersOf(batch).flatMap(({ sequence }) => [...sequence.askers.keys()]);
}
