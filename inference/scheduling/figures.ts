import type { PassKind } from "../scheduler-view.ts";
import type { Request } from "./request.ts";
import type { GenerationCounts } from "./shared-sequences.ts";
import type { DecoderLane } from "./decoder-lane.ts";
import type { EncoderLane } from "./encoder-lane.ts";
import type { PassStats } from "./load.ts";
import type { RowCounts } from "./running-sequences.ts";

/** Figures of a model: requests of it, passes of its networks and decoder. */
export interface ModelFigures extends RowCounts, GenerationCounts {
  readonly requests: number;
  /** Of these, those that have no place in a decoder. */
  readonly waiting: number;
  /** Sequences that have one. */
  readonly running: number;
  readonly encoders: readonly EncoderFigures[];
  readonly encodedImages: number;
  readonly decoder: PassStats | undefined;
  readonly decodedTokens: number;
  /** Rows that its decoder keeps of sequences that have gone. */
  readonly keptRows: number;
  readonly passes: readonly PassFigures[];
}

export interface EncoderFigures {
  /** Without the model's name. */
  readonly network: string;
  readonly stats: PassStats;
  /** How long its passes take by their size: a ms an item, b ms a pass; undefined until sizes differed. */
  readonly fit: { readonly a: number; readonly b: number } | undefined;
}

/** One kind of pass of one network. */
export interface PassFigures {
  readonly network: string;
  readonly kind: PassKind;
  readonly stats: PassStats;
}

interface ModelParts extends GenerationCounts {
  readonly encoders: readonly EncoderLane[];
  readonly decoder: DecoderLane | undefined;
}

export function modelFigures(requests: readonly Request[], { encoders, decoder, ...counts }: ModelParts): ModelFigures {
  const figures = encoders.map(({ network, stats, fit }) => ({ network: nameOf(network), stats, fit }));
  return {
    requests: requests.length,
    waiting: requests.filter(({ sequence }) => sequence?.slot === undefined).length,
    running: decoder?.numRunning ?? 0,
    encoders: figures,
    encodedImages: encoders.reduce((sum, { spec, stats }) => sum + (spec.encodesImages ? stats.items : 0), 0),
    decoder: decoder?.stats,
    decodedTokens: decoder?.decodedTokens ?? 0,
    keptRows: decoder?.numKeptRows ?? 0,
    ...counts,
    ...(decoder?.rowCounts ?? { promptRows: 0, reusedRows: 0 }),
    passes: [
      ...figures.map(({ network, stats }) => ({ network, kind: "encode" as const, stats })),
      ...passesOf(decoder),
    ],
  };
}

function passesOf(decoder: DecoderLane | undefined): readonly PassFigures[] {
  if (decoder === undefined) return [];
  return (["step", "chunk", "mixed"] as const).map((kind) => ({
    network: "decoder",
    kind,
    stats: decoder.byPass[kind],
  }));
}

/** Networks of encoders are `${model}/${network}`. */
export function nameOf(network: string): string {
  return network.slice(network.indexOf("/") + 1);
}
