import type { Operand } from "../onnx/graph.ts";
import type { Tensor } from "../onnx/tensor.ts";

/**
 * [..., m, k] × [..., n, k] → [..., m, n], times `scale`. On the CPU in one operator, which reads a weight as it is stored.
 * WebGPU has no kernel for that one: there a weight is turned once, while it is loaded, and keys on every pass.
 */
export function matmulTransposed(x: Tensor, other: Operand, scale = 1): Tensor {
  if (x.graph.target.device === "cpu") return x.matmulTransposed(other, scale);
  const b = x.graph.value(other);
  const order = b.shape.map((_, axis) => axis);
  const turned = b.transpose([...order.slice(0, -2), ...order.slice(-2).reverse()]);
  return (scale === 1 ? x : x.mul(scale)).matmul(turned);
}
