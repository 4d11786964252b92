import type { Weights } from "../checkpoint/weights.ts";
import { layerNormalization, rmsNormalization, skipRmsNormalization } from "../onnx/normalization.ts";
import type { Tensor } from "../onnx/tensor.ts";

/** (x − mean) / √(variance + epsilon) · weight + bias, over the last axis, in float32. */
export function layerNorm(x: Tensor, w: Weights, epsilon: number): Tensor {
  return layerNormalization(x.cast("float32"), w.tensor("weight"), w.tensor("bias"), epsilon);
}

/** x / √(mean of x² + epsilon) · weight, over the last axis, in float32: squares would overflow in float16. */
export function rmsNorm(x: Tensor, w: Weights, epsilon: number): Tensor {
  return rmsNormalization(x.cast("float32"), w.tensor("weight"), epsilon);
}

/** A residual stream with `addition` [as x] in it, and the RMS norm of that: on the CPU in one operator. */
export function addAndNorm(
  x: Tensor,
  addition: Tensor,
  w: Weights,
  epsilon: number,
): { readonly sum: Tensor; readonly normed: Tensor } {
  if (x.graph.target.device === "cpu") return skipRmsNormalization(x, addition, w.tensor("weight"), epsilon);
  const sum = x.add(addition);
  return { sum, normed: rmsNorm(sum, w, epsilon) };
}
