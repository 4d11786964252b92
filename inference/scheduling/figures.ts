import type { DecoderLane } from "./decoder-lane.ts";
import type { EncoderLane } from "./encoder-lane.ts";
import type { PassStats } from "./load.ts";

/** Figures of a model: requests of it, passes of its networks and decoder. */
export interface ModelFigures {
  readonly requests: number;
  readonly running: number;
  /** By network, without the model's name. */
  readonly encoders: ReadonlyMap<string, PassStats>;
  readonly encodedImages: number;
  readonly decoder: PassStats | undefined;
  readonly decodedTokens: number;
}

export function modelFigures(
  requests: number,
  { encoders, decoder }: { readonly encoders: readonly EncoderLane[]; readonly decoder: DecoderLane | undefined },
): ModelFigures {
  return {
    requests,
    running: decoder?.numRunning ?? 0,
    encoders: new Map(encoders.map(({ network, stats }) => [network.slice(network.indexOf("/") + 1), stats])),
    encodedImages: encoders.reduce((sum, { spec, stats }) => sum + (spec.encodesImages ? stats.items : 0), 0),
    decoder: decoder?.stats,
    decodedTokens: decoder?.decodedTokens ?? 0,
  };
}
