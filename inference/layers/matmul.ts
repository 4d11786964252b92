import { widenedAfter } from "../onnx/operators.ts";
import type { Tensor } from "../onnx/tensor.ts";

/**
 * [..., m, k] × [..., n, k] → [..., m, n], times `scale`, in float32: products of two values, such as queries and keys. On
 * the CPU in one operator; WebGPU has no kernel for that one, there `other` is turned.
 */
export function matmulTransposed(x: Tensor, other: Tensor, scale = 1): Tensor {
  const [a, b] = [x.cast("float32"), widenedAfter(other, x)];
  if (x.graph.target.device === "cpu") return a.matmulTransposed(b, scale);
  const order = b.shape.map((_, axis) => axis);
  const turned = b.transpose([...order.slice(0, -2), ...order.slice(-2).reverse()]);
  return (scale === 1 ? a : a.mul(scale)).matmul(turned);
}
