import { int } from "./attributes.ts";
import type { Operand } from "./graph.ts";
import { describe, sameShape, ShapeError } from "./shape.ts";
import type { StoredTensor } from "./stored-tensor.ts";
import type { Tensor } from "./tensor.ts";

/** A matrix [out, in] in blocks, as MatMulNBits reads it. */
export interface BlockMatrix {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bits: 4 | 8;
  readonly blockSize: number;
  readonly blocks: StoredTensor;
  readonly scales: StoredTensor;
}

/** Rows of `x` are quantised to 8 bits too, block by block: without, it is slower than float32 from four rows on. */
const INT8_ACTIVATIONS = 4;

/** x [..., in] × transposed matrix [out, in] (+ bias [out]) → [..., out] */
export function matmulNBits(x: Tensor, matrix: BlockMatrix, bias?: Operand): Tensor {
  const [out, columns] = matrix.shape as [number, number];
  const b = bias === undefined ? undefined : x.graph.value(bias, x.dtype);
  if (x.dim(-1) !== columns || (b && !sameShape(b.shape, [out]))) {
    throw new ShapeError(`${describe(x)} × transposed ${describe(matrix)}${b ? ` + ${describe(b)}` : ""}`);
  }
  const { bits, blockSize, blocks, scales } = matrix;
  const attributes = {
    K: int(columns),
    N: int(out),
    bits: int(bits),
    block_size: int(blockSize),
    accuracy_level: int(INT8_ACTIVATIONS),
  };
  const inputs = [x, x.graph.value(blocks), x.graph.value(scales, x.dtype), ...(b ? [undefined, undefined, b] : [])];
  return x.graph.emit({ op: "com.microsoft.MatMulNBits", inputs, attributes, shape: x.shape.with(-1, out) });
}
