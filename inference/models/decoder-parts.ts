import { mergeHeads, splitHeads, type KeyValues } from "../layers/attention.ts";
import type { Tensor } from "../onnx/tensor.ts";

/** How inputs and outputs of a graph begin that are those of a chunk. */
export const CHUNK = "chunk_";

/** Rows of a pass that attend alike: those of so many sequences, as many of each. */
export interface DecoderPart {
  /** Added to scores, [batch, 1, rows, past + rows]. */
  readonly mask: Tensor;
  /** By layer. */
  readonly past: readonly KeyValues[];
}

/** What attention takes of rows: each as `ids` lie, with a width of so many heads. */
export interface Projections {
  readonly queries: Tensor;
  readonly keys: Tensor;
  readonly values: Tensor;
  readonly headDim: number;
}

/** Of the rows of one part, each [batch, heads, rows, headDim]. */
export interface PartRows {
  readonly queries: Tensor;
  readonly own: KeyValues;
  readonly part: DecoderPart;
}

/** What comes of it: all rows, as `ids` lie, and the keys and values of each part. */
export interface Attended {
  readonly attended: Tensor;
  readonly own: readonly KeyValues[];
}

/** All rows of a pass, which go through a decoder's matrices together, and attend by parts. */
export interface DecoderParts {
  readonly all: readonly DecoderPart[];
  /** `attend` gives what becomes of a part's queries, as they are. */
  readonly attend: (rows: Projections, attend: (rows: PartRows) => Tensor) => Attended;
}

/** Where all rows are one part. */
export function wholePass(part: DecoderPart): DecoderParts {
  return {
    all: [part],
    attend: ({ headDim, ...rows }, attend) => {
      const inHeads = (x: Tensor): Tensor => splitHeads(x, (x.dim(-1) as number) / headDim);
      const own = { keys: inHeads(rows.keys), values: inHeads(rows.values) };
      return { attended: mergeHeads(attend({ queries: inHeads(rows.queries), own, part })), own: [own] };
    },
  };
}

/** Each layer's keys and values of the first part, and of a chunk, where layers have them by parts. */
export function byParts(layers: readonly (readonly KeyValues[])[]): {
  readonly own: readonly KeyValues[];
  readonly ownOfChunk: readonly KeyValues[];
} {
  return { own: layers.map(([rows]) => rows!), ownOfChunk: layers.flatMap(([, chunk]) => chunk ?? []) };
}
