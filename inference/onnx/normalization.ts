/** Operators that bring the last axis to a common scale: https://onnx.ai/onnx/operators/ and onnxruntime's ContribOperators.md */
import { float, int } from "./attributes.ts";
import type { Operand } from "./graph.ts";
import { describe, sameShape, ShapeError } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** Over the last axis; the variance is the biased one. */
export function layerNormalization(x: Tensor, scale: Operand, bias: Operand, epsilon: number): Tensor {
  const [s, b] = [x.graph.value(scale), x.graph.value(bias)];
  for (const parameter of [s, b]) {
    if (sameShape(parameter.shape, [x.dim(-1)])) continue;
    throw new ShapeError(`layer norm of ${describe(x)} by ${describe(parameter)}`);
  }
  const attributes = { axis: int(-1), epsilon: float(epsilon) };
  return x.graph.emit({ op: "LayerNormalization", inputs: [x, s, b], attributes, shape: x.shape });
}

/** x / √(mean of x² + epsilon) · scale over the last axis, in float32. */
export function rmsNormalization(x: Tensor, scale: Operand, epsilon: number): Tensor {
  const s = x.graph.value(scale);
  if (!sameShape(s.shape, [x.dim(-1)])) throw new ShapeError(`RMS norm of ${describe(x)} by ${describe(s)}`);
  const attributes = { axis: int(-1), epsilon: float(epsilon) };
  return x.graph.emit({ op: "SimplifiedLayerNormalization", inputs: [x, s], attributes, shape: x.shape });
}

/** x + skip, and its RMS norm as `rmsNormalization` has it. */
export function skipRmsNormalization(
  x: Tensor,
  skip: Tensor,
  scale: Operand,
  epsilon: number,
): { readonly sum: Tensor; readonly normed: Tensor } {
  const s = x.graph.value(scale);
  if (!sameShape(s.shape, [x.dim(-1)]) || !sameShape(x.shape, skip.shape)) {
    throw new ShapeError(`RMS norm of ${describe(x)} + ${describe(skip)} by ${describe(s)}`);
  }
  // Between the two it could give what training needs.
  const [normed, , , sum] = x.graph.emitAll({
    op: "com.microsoft.SkipSimplifiedLayerNormalization",
    inputs: [x, skip, s],
    attributes: { epsilon: float(epsilon) },
    shapes: [x.shape, [], [], x.shape],
  });
  return { sum: sum!, normed: normed! };
}

/** Each vector of the last axis divided by its Euclidean length. */
export function l2Normalize(x: Tensor): Tensor {
  return x.graph.emit({ op: "LpNormalization", inputs: [x], attributes: { axis: int(-1), p: int(2) }, shape: x.shape });
}
