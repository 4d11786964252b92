import { int } from "./attributes.ts";
import type { Operand } from "./graph.ts";
import { expand } from "./operators.ts";
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

/** Whatever is a multiple of it can be read in blocks of this size. */
const BLOCK_OF_ROW = 32;

/** x [..., in] × transposed matrix [out, in] (+ bias [out]) → [..., out] */
export function matmulNBits(x: Tensor, matrix: BlockMatrix, bias?: Operand): Tensor {
  const [out, columns] = matrix.shape as [number, number];
  const b = bias === undefined ? undefined : x.graph.value(bias, x.dtype);
  requireFit(x, matrix, b);
  const blockSize = hasRowScales(matrix) ? BLOCK_OF_ROW : matrix.blockSize;
  const attributes = {
    K: int(columns),
    N: int(out),
    bits: int(matrix.bits),
    block_size: int(blockSize),
    accuracy_level: int(INT8_ACTIVATIONS),
  };
  const inputs = [x, ...inBlocks(x, matrix, blockSize), ...(b ? [undefined, undefined, b] : [])];
  return x.graph.emit({ op: "com.microsoft.MatMulNBits", inputs, attributes, shape: x.shape.with(-1, out) });
}

/** Numbers and scales block by block, also where the matrix has one scale for a whole row. */
function inBlocks({ graph, dtype }: Tensor, { shape, bits, blocks, scales }: BlockMatrix, blockSize: number): Tensor[] {
  const [out, columns] = shape as [number, number];
  const perRow = Math.ceil(columns / blockSize);
  const numbers = graph.value({ ...blocks, shape: [out, perRow, (blockSize * bits) / 8] });
  const given = graph.value(scales, dtype);
  return [numbers, scales.shape[1] === perRow ? given : expand(given, [out, perRow], given)];
}

/** Whether each row of the matrix is one block. */
export function hasRowScales({ bits, blockSize, shape: [, columns] }: BlockMatrix): boolean {
  return bits === 8 && blockSize === columns && columns % BLOCK_OF_ROW === 0;
}

/** Throws a ShapeError where x × transposed matrix (+ bias) does not go together. */
export function requireFit(x: Tensor, matrix: BlockMatrix, bias: Tensor | undefined): void {
  const [out, columns] = matrix.shape as [number, number];
  if (x.dim(-1) === columns && (bias === undefined || sameShape(bias.shape, [out]))) return;
  throw new ShapeError(`${describe(x)} × transposed ${describe(matrix)}${bias ? ` + ${describe(bias)}` : ""}`);
}
