import { InferenceError } from "../errors.ts";
import { DecoderLane } from "./decoder-lane.ts";
import type { DecoderLimits } from "./decoder-limits.ts";
import { EncoderLane, type EncoderSpec } from "./encoder-lane.ts";
import type { Standings } from "./standings.ts";
import type { DecoderWork } from "./turns.ts";

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

  /** All that decoders have to do. Lets in who waits for one. */
  works(standings: Standings): DecoderWork[] {
    const works = [...this.#decoders.values()].flatMap((lane) => {
      lane.admit(standings);
      return (["step", "chunk"] as const).map((kind) => ({ kind, lane, claims: lane.claims(kind) }));
    });
    return works.filter(({ claims }) => claims.length > 0);
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
}

function unknown(what: string): never {
  throw new InferenceError("INTERNAL_SERVER_ERROR", `No ${what}.`);
}
