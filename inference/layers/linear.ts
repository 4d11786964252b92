import type { Weights } from "../checkpoint/weights.ts";
import type { Tensor } from "../onnx/tensor.ts";

/** y = x·Wᵀ + b */
export function linear(x: Tensor, w: Weights): Tensor {
  return projection(x, w).add(w.tensor("bias"));
}

/** y = x·Wᵀ */
export function projection(x: Tensor, w: Weights): Tensor {
  return x.matmulTransposed(w.tensor("weight"));
}
