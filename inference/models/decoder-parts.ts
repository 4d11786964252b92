import type { KeyValues } from "../layers/attention.ts";
import { int } from "../onnx/attributes.ts";
import { concat, lengthOf } from "../onnx/operators.ts";
import { productDim } from "../onnx/shape.ts";
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

/** All rows of a pass, which go through a decoder's matrices together, and attend by parts. */
export interface DecoderParts {
  readonly all: readonly DecoderPart[];
  /** x of all rows, as `ids` lie, → each part's, [batch, rows, width]. */
  readonly split: (x: Tensor) => readonly Tensor[];
  /** The way back. */
  readonly join: (parts: readonly Tensor[]) => Tensor;
}

/** Where all rows are one part. */
export function wholePass(part: DecoderPart): DecoderParts {
  return { all: [part], split: (x) => [x], join: ([x]) => x! };
}

/** Rows of all parts, of which the second is a chunk of one sequence: x [1, rows of both, width]. */
export function passWithChunk(rows: DecoderPart, chunk: DecoderPart): DecoderParts {
  const lengths = partLengths(rows.mask, chunk.mask);
  return {
    all: [rows, chunk],
    split: (x) => {
      const shapes = [productDim([rows.mask.dim(0), rows.mask.dim(2)]), chunk.mask.dim(2)].map((length) =>
        x.shape.with(1, length),
      );
      const inputs = [x, lengths];
      const [first, second] = x.graph.emitAll({ op: "Split", inputs, attributes: { axis: int(1) }, shapes });
      return [unfolded(first!, rows.mask), second!];
    },
    join: ([first, second]) => concat([folded(first!), second!], 1),
  };
}

/** Each layer's keys and values of the first part, and of a chunk, where layers have them by parts. */
export function byParts(layers: readonly (readonly KeyValues[])[]): {
  readonly own: readonly KeyValues[];
  readonly ownOfChunk: readonly KeyValues[];
} {
  return { own: layers.map(([rows]) => rows!), ownOfChunk: layers.flatMap(([, chunk]) => chunk ?? []) };
}

/** Rows of each part, int64 [2], when the graph runs. */
function partLengths(rows: Tensor, chunk: Tensor): Tensor {
  return concat([lengthOf(rows, 0).mul(lengthOf(rows, 2)), lengthOf(chunk, 2)], 0);
}

/** [1, batch × rows, width] → [batch, rows, width], as many as `mask` has. onnxruntime computes equal lengths once for all layers. */
function unfolded(x: Tensor, mask: Tensor): Tensor {
  const { graph } = x;
  const width = x.dim(2) as number;
  const shape = [mask.dim(0), mask.dim(2), width];
  const lengths = concat([lengthOf(mask, 0), lengthOf(mask, 2), graph.int64([1], [width])], 0);
  return graph.emit({ op: "Reshape", inputs: [x, lengths], shape });
}

/** [batch, rows, width] → [1, batch × rows, width] */
function folded(x: Tensor): Tensor {
  return x.reshape([1, productDim([x.dim(0), x.dim(1)]), x.dim(2)]);
}
