import type { Weights } from "../checkpoint/weights.ts";
import { layerNormalization, rmsNormalization } from "../onnx/operators.ts";
import type { Tensor } from "../onnx/tensor.ts";

/** (x − mean) / √(variance + epsilon) · weight + bias, over the last axis. */
export function layerNorm(x: Tensor, w: Weights, epsilon: number): Tensor {
  return layerNormalization(x, w.tensor("weight"), w.tensor("bias"), epsilon);
}

/** x / √(mean of x² + epsilon) · weight, over the last axis. */
export function rmsNorm(x: Tensor, w: Weights, epsilon: number): Tensor {
  return rmsNormalization(x, w.tensor("weight"), epsilon);
}
