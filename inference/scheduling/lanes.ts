import { InferenceError } from "../errors.ts";
import type { Batch } from "./batch.ts";
import { DecoderLane, type DecoderLimits } from "./decoder-lane.ts";
import { EncoderLane, type EncoderSpec } from "./encoder-lane.ts";
import { FairShare } from "./fair-share.ts";

export type Lane = EncoderLane | DecoderLane;

/** What the device shall do next. */
export type Turn =
  | { readonly kind: "encode"; readonly lane: EncoderLane }
  | { readonly kind: "step" | "chunk"; readonly lane: DecoderLane; readonly company: "alone" | "beside others" };

/** What there is to run. */
export interface SchedulerNetworks {
  /** By `${model}/${network}`. */
  readonly encoders: ReadonlyMap<string, EncoderSpec>;
  /** By model. */
  readonly decoders: ReadonlyMap<string, DecoderLimits>;
}

/** All that a device can be given to do: a lane for each network of encoders, and for each model's decoder. */
export class Lanes {
  readonly #encoders = new Map<string, EncoderLane>();
  readonly #decoders = new Map<string, DecoderLane>();
  /** Device time between the next tokens of those who run and all that lets others begin. */
  readonly #steps = new FairShare({ step: 2, rest: 1 });
  readonly #rest = new FairShare({ encode: 1, chunk: 1 });
  #turn = 0;
  #lastServed: Lane | undefined;

  constructor(networks: SchedulerNetworks) {
    this.add(networks);
  }

  /** Lanes for networks that there were none for. */
  add({ encoders, decoders }: SchedulerNetworks): void {
    for (const [network, spec] of encoders) this.#encoders.set(network, new EncoderLane(network, spec));
    for (const [model, limits] of decoders) this.#decoders.set(model, new DecoderLane(model, limits));
  }

  /** By `${model}/${network}`. */
  encoder(network: string): EncoderLane {
    return this.#encoders.get(network) ?? unknown(`network is named ${network}`);
  }

  /** By model. */
  decoder(model: string): DecoderLane {
    return this.#decoders.get(model) ?? unknown(`model ${model} has a decoder`);
  }

  get decoders(): Iterable<DecoderLane> {
    return this.#decoders.values();
  }

  /**
   * Whose turn it is. While somebody watches for the next token, steps get two thirds of the device's time, and encoders
   * and long prompts share the rest: tokens come more than half as fast as if nothing else were done, also when those who
   * begin make the steps longer. Else running sequences go on after every encoder pass, which may bring them company: what
   * is slower for one is faster for all. Among lanes of a kind, the one served longest ago is first.
   */
  takeTurn(readyNetworks: readonly string[]): Turn | undefined {
    const decoders = [...this.#decoders.values()].filter(({ hasWork }) => hasWork);
    for (const lane of decoders) lane.admit();
    const encoders = readyNetworks.map((network) => this.encoder(network)).filter(({ isAhead }) => !isAhead);
    const isWatched = decoders.some((lane) => lane.isWatched);
    const turn = isWatched ? this.#shared(encoders, decoders) : this.#alternating(encoders, decoders);
    if (turn === undefined) return undefined;
    turn.lane.served = ++this.#turn;
    this.#lastServed = turn.lane;
    return turn;
  }

  /** Accounts for a pass. */
  took(batch: Batch, ms: number): void {
    const kind = batch.kind === "encoder" ? "encode" : batch.pass;
    this.#steps.took(kind === "step" ? "step" : "rest", ms);
    if (kind !== "step") this.#rest.took(kind, ms);
  }

  /** Slots in use in all decoders, and rows kept in each. */
  get held(): { readonly slots: number; readonly keptRows: ReadonlyMap<string, number> } {
    const decoders = [...this.#decoders];
    return {
      slots: decoders.reduce((sum, [, { numRunning }]) => sum + numRunning, 0),
      keptRows: new Map(decoders.map(([model, { numKeptRows }]) => [model, numKeptRows])),
    };
  }

  of(model: string): { encoders: EncoderLane[]; decoder: DecoderLane | undefined } {
    const encoders = [...this.#encoders.values()].filter(({ network }) => network.startsWith(`${model}/`));
    return { encoders, decoder: this.#decoders.get(model) };
  }

  #alternating(encoders: readonly EncoderLane[], decoders: readonly DecoderLane[]): Turn | undefined {
    this.#steps.pause();
    this.#rest.pause();
    const decoder = servedLongestAgo(decoders);
    const encoder = servedLongestAgo(encoders);
    if (decoder === undefined || (encoder !== undefined && this.#lastServed?.kind !== "encoder")) {
      return encoder && { kind: "encode", lane: encoder };
    }
    return { kind: decoder.nextPass, lane: decoder, company: decoders.length > 1 ? "beside others" : "alone" };
  }

  #shared(encoders: readonly EncoderLane[], decoders: readonly DecoderLane[]): Turn | undefined {
    const step = servedLongestAgo(decoders.filter((lane) => lane.has("step")))!;
    const chunk = servedLongestAgo(decoders.filter((lane) => lane.has("chunk")));
    const encode = servedLongestAgo(encoders);
    const rest = this.#rest.next([...(encode ? (["encode"] as const) : []), ...(chunk ? (["chunk"] as const) : [])]);
    const company = "beside others";
    if (this.#steps.next(rest === undefined ? ["step"] : ["step", "rest"]) === "step") {
      return { kind: "step", lane: step, company };
    }
    return rest === "encode" ? { kind: "encode", lane: encode! } : { kind: "chunk", lane: chunk!, company };
  }
}

function servedLongestAgo<L extends Lane>(lanes: readonly L[]): L | undefined {
  return [...lanes].sort((a, b) => a.served - b.served)[0];
}

function unknown(what: string): never {
  throw new InferenceError("INTERNAL_SERVER_ERROR", `No ${what}.`);
}
