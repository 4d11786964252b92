import type { QuantisedMatrix } from "../checkpoint/quantised-matrix.ts";
import type { Matrix, Weights } from "../checkpoint/weights.ts";
import type { Operand } from "../onnx/graph.ts";
import { matmulIntegers } from "../onnx/integers.ts";
import { hasRowScales, matmulNBits } from "../onnx/quantised.ts";
import { gemmOfRows, hasSeveralNames } from "../onnx/rows.ts";
import { splitRows } from "../onnx/stored-tensor.ts";
import type { Tensor } from "../onnx/tensor.ts";

/** y = x·Wᵀ + b */
export function linear(x: Tensor, w: Weights): Tensor {
  return affine(x, weightFor(x, w), w.tensor("bias"));
}

/** y = x·Wᵀ */
export function projection(x: Tensor, w: Weights, dtype = x.graph.target.dtype): Tensor {
  return product(x, weightFor(x, w), dtype);
}

/** Up to so many rows, as many as a Q-Former's queries, reading the matrix takes about the time that multiplying does. */
const FEW_ROWS = 32;

/** Rows whose number is known beforehand are those of pictures. */
function weightFor(x: Tensor, w: Weights): Matrix {
  const rows = x.dim(-2);
  return w.matrix("weight", undefined, typeof rows === "number" && rows > FEW_ROWS ? "many" : "few");
}

/**
 * y = x·Wᵀ by a matrix that is no layer of its own, such as a language model's head. A weight is read as it is stored, on
 * the CPU by FusedMatMul, elsewhere by Gemm: WebGPU knows only that, and in float16 its sums are right to 0.5 %, where
 * those of MatMul may be 7 % wrong (it adds up thousands of products one by one, in float16).
 */
export function product(x: Tensor, matrix: Matrix, dtype = x.graph.target.dtype): Tensor {
  const rows = x.cast(dtype);
  if (isQuantised(matrix)) return quantisedProduct(rows, matrix);
  return x.graph.target.device === "cpu" ? rows.matmulTransposed(matrix) : gemmOfRows(rows, matrix);
}

/** A fused linear's equal parts, such as q, k and v: each reads its own rows of W and b, so no product is cut afterwards. */
export function linearParts(x: Tensor, w: Weights, parts: number): Tensor[] {
  const [weights, biases] = [matrixParts(weightFor(x, w), parts), splitRows(w.tensor("bias"), parts)];
  return weights.map((weight, i) => affine(x, weight, biases[i]!));
}

/**
 * x [..., in], weight [out, in], bias [out] → [..., out]. Gemm adds the bias on the way, which saves 4 to 8 % of a vision
 * tower's time over MatMul and Add on the CPU, as long as lengths need not be computed when the graph runs.
 */
export function affine(x: Tensor, weight: Matrix, bias: Operand): Tensor {
  const { device, dtype } = x.graph.target;
  const rows = x.cast(dtype);
  if (isQuantised(weight)) return quantisedProduct(rows, weight, bias);
  if (device === "cpu" && hasSeveralNames(x)) return rows.matmulTransposed(weight).add(bias);
  return gemmOfRows(rows, weight, bias);
}

function quantisedProduct(rows: Tensor, matrix: QuantisedMatrix, bias?: Operand): Tensor {
  const inIntegers = rows.graph.target.products === "integers" && hasRowScales(matrix);
  return inIntegers ? matmulIntegers(rows, matrix, bias) : matmulNBits(rows, matrix, bias);
}

/** Equal parts of a matrix along its rows, each where it lies in the file. */
export function matrixParts(matrix: Matrix, parts: number): Matrix[] {
  if (!isQuantised(matrix)) return splitRows(matrix, parts);
  const [blocks, scales] = [splitRows(matrix.blocks, parts), splitRows(matrix.scales, parts)];
  const [out, columns] = matrix.shape as [number, number];
  const shape = [out / parts, columns];
  return blocks.map((part, i) => ({ ...matrix, name: `${matrix.name}.${i}`, shape, blocks: part, scales: scales[i]! }));
}

function isQuantised(matrix: Matrix): matrix is QuantisedMatrix {
  return "bits" in matrix;
}
