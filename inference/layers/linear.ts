import type { QuantisedMatrix } from "../checkpoint/quantised-matrix.ts";
import type { TensorRef } from "../checkpoint/tensor-ref.ts";
import type { Matrix, RowCount, Weights } from "../checkpoint/weights.ts";
import type { Operand } from "../onnx/graph.ts";
import { matmulIntegers } from "../onnx/integers.ts";
import { hasRowScales, matmulNBits } from "../onnx/quantised.ts";
import { concat, splitInto } from "../onnx/operators.ts";
import { gemmOfRows, hasSeveralNames } from "../onnx/rows.ts";
import { joinRows, splitRows } from "../onnx/stored-tensor.ts";
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

function weightFor(x: Tensor, w: Weights): Matrix {
  return w.matrix("weight", undefined, rowCount(x));
}

/** Rows whose number is known beforehand are those of pictures. */
function rowCount(x: Tensor): RowCount {
  const rows = x.dim(-2);
  return typeof rows === "number" && rows > FEW_ROWS ? "many" : "few";
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

/** y = x·Wᵀ + b by several matrices of one width, such as q, k and v: one product where they lie side by side. */
export function linears(x: Tensor, w: Weights, names: readonly string[]): Tensor[] {
  const biases = names.map((name) => w.at(name).tensor("bias"));
  return products(x, matricesFor(x, w, names), biases);
}

/** The same without biases. */
export function projections(x: Tensor, w: Weights, names: readonly string[]): Tensor[] {
  return products(x, matricesFor(x, w, names));
}

function matricesFor(x: Tensor, w: Weights, names: readonly string[]): Matrix[] {
  const weights = names.map((name) => `${name}.weight`);
  return w.matrices(weights, rowCount(x));
}

function products(x: Tensor, matrices: readonly Matrix[], biases?: readonly TensorRef[]): Tensor[] {
  const joined = joinedMatrix(matrices);
  if (joined === undefined) {
    return matrices.map((matrix, i) => (biases === undefined ? product(x, matrix) : affine(x, matrix, biases[i]!)));
  }
  const y = biases === undefined ? product(x, joined) : affine(x, joined, joinedBias(x, biases));
  return splitInto(
    y,
    matrices.map(({ shape }) => shape[0]!),
  );
}

/** onnxruntime computes it when it loads the graph. */
function joinedBias({ graph }: Tensor, biases: readonly TensorRef[]): Tensor {
  const values = biases.map((bias) => graph.value(bias, graph.target.dtype));
  return concat(values, 0);
}

/** Quantised matrices are written side by side for this; others are where their file has them. */
function joinedMatrix(matrices: readonly Matrix[]): QuantisedMatrix | undefined {
  const [first, ...others] = matrices;
  if (first === undefined || !isQuantised(first) || !others.every(isQuantised)) return undefined;
  const all = [first, ...others];
  const isAlike = all.every(({ bits, blockSize }) => bits === first.bits && blockSize === first.blockSize);
  const [blocks, scales] = [joinRows(all.map((one) => one.blocks)), joinRows(all.map((one) => one.scales))];
  if (!isAlike || blocks === undefined || scales === undefined) return undefined;
  const name = all.map((matrix) => matrix.name).join("+");
  return { ...first, name, shape: [blocks.shape[0]!, first.shape[1]!], blocks, scales };
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
