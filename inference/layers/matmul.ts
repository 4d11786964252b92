import type { Operand } from "../onnx/graph.ts";
import { gemm } from "../onnx/operators.ts";
import type { Tensor } from "../onnx/tensor.ts";

/**
 * [..., m, k] × [..., n, k] → [..., m, n], times `scale`. On the CPU in one operator, which reads a weight as it is stored.
 * WebGPU has no kernel for that one. There a matrix of rows is multiplied by Gemm, which reads the weight as stored too (a
 * head that is tied to its table of words needs no second one); else a weight is turned while it is loaded, keys on every
 * pass.
 */
export function matmulTransposed(x: Tensor, other: Operand, scale = 1): Tensor {
  if (x.graph.target.device === "cpu") return x.matmulTransposed(other, scale);
  const b = x.graph.value(other);
  const scaled = scale === 1 ? x : x.mul(scale);
  if (x.shape.length === 2 && b.shape.length === 2) return gemm(scaled, b);
  const order = b.shape.map((_, axis) => axis);
  const turned = b.transpose([...order.slice(0, -2), ...order.slice(-2).reverse()]);
  return scaled.matmul(turned);
}
