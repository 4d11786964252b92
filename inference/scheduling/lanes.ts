import { InferenceError } from "../errors.ts";
import { DecoderLane, type DecoderLimits } from "./decoder-lane.ts";
import { EncoderLane, type EncoderSpec } from "./encoder-lane.ts";

export type Lane = EncoderLane | DecoderLane;

/** All that a device can be given to do: a lane for each network of encoders, and for each model's decoder. */
export class Lanes {
  readonly #encoders: ReadonlyMap<string, EncoderLane>;
  readonly #decoders: ReadonlyMap<string, DecoderLane>;
  #turn = 0;
  #lastServed: Lane | undefined;

  constructor(options: {
    readonly encoders: ReadonlyMap<string, EncoderSpec>;
    readonly decoders: ReadonlyMap<string, DecoderLimits>;
  }) {
    const { encoders, decoders } = options;
    this.#encoders = new Map([...encoders].map(([network, spec]) => [network, new EncoderLane(network, spec)]));
    this.#decoders = new Map([...decoders].map(([model, limits]) => [model, new DecoderLane(model, limits)]));
  }

  /** By `${model}/${network}`. */
  encoder(network: string): EncoderLane {
    return this.#encoders.get(network) ?? unknown(`network is named ${network}`);
  }

  /** By model. */
  decoder(model: string): DecoderLane {
    return this.#decoders.get(model) ?? unknown(`model ${model} has a decoder`);
  }

  /**
   * Whose turn it is. Running sequences step after every encoder pass, which may bring them company; among decoders that
   * have work, and among networks with ready calls, the one served longest ago is first.
   */
  takeTurn(readyNetworks: readonly string[]): Lane | undefined {
    const decoder = servedLongestAgo([...this.#decoders.values()].filter(({ hasWork }) => hasWork));
    const ready = readyNetworks.map((network) => this.encoder(network));
    const encoder = servedLongestAgo(ready.filter(({ isAhead }) => !isAhead));
    const lane = this.#lastServed?.kind === "encoder" ? (decoder ?? encoder) : (encoder ?? decoder);
    if (lane === undefined) return undefined;
    lane.served = ++this.#turn;
    this.#lastServed = lane;
    return lane;
  }

  /** Slots in use in all decoders. */
  get numSlots(): number {
    return [...this.#decoders.values()].reduce((sum, { slots }) => sum + slots.used, 0);
  }

  of(model: string): { encoders: EncoderLane[]; decoder: DecoderLane | undefined } {
    const encoders = [...this.#encoders.values()].filter(({ network }) => network.startsWith(`${model}/`));
    return { encoders, decoder: this.#decoders.get(model) };
  }
}

function servedLongestAgo<L extends Lane>(lanes: readonly L[]): L | undefined {
  return [...lanes].sort((a, b) => a.served - b.served)[0];
}

function unknown(what: string): never {
  throw new InferenceError("INTERNAL_SERVER_ERROR", `No ${what}.`);
}
