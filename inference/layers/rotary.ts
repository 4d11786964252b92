import { concat, cos, sin } from "../onnx/operators.ts";
import type { Tensor } from "../onnx/tensor.ts";

/** Cosines and sines of the angles that rows are turned by, [batch, 1, rows, headDim / 2] each. */
export interface Rotation {
  readonly cosines: Tensor;
  readonly sines: Tensor;
}

/**
 * The rotation of each row by its position, int64 [batch, rows]: angle = position · frequency, all in float32 as in
 * transformers. Frequencies are [headDim / 2].
 */
export function rotation(positions: Tensor, frequencies: Float32Array): Rotation {
  const turned = positions.graph.float32([1, 1, 1, frequencies.length], frequencies);
  if (positions.graph.target.device === "webgpu") return exactRotation(positions, turned);
  const angles = inPlace(positions, "float32").mul(turned);
  return { cosines: cos(angles), sines: sin(angles) };
}

/**
 * Vulkan lets a GPU's sines be wrong by 2⁻¹¹, and beyond ±π by anything (specification, "Precision of GLSL.std.450
 * Instructions"). WebGPU has no float64, so in it these few rows are computed on the CPU; the product is rounded as float32's.
 */
function exactRotation(positions: Tensor, frequencies: Tensor): Rotation {
  const products = inPlace(positions, "float64").mul(frequencies.cast("float64"));
  const angles = products.cast("float32").cast("float64");
  return { cosines: cos(angles).cast("float32"), sines: sin(angles).cast("float32") };
}

/** [batch, rows] → [batch, 1, rows, 1] */
function inPlace(positions: Tensor, dtype: "float32" | "float64"): Tensor {
  return positions.cast(dtype).reshape([positions.dim(0), 1, positions.dim(1), 1]);
}

/** Rotary embedding (https://arxiv.org/abs/2104.09864), pairs half a head apart: x [batch, heads, rows, headDim] → the same. */
export function rotate(x: Tensor, { cosines, sines }: Rotation): Tensor {
  const [first, second] = x.split(2) as [Tensor, Tensor];
  return concat([first.mul(cosines).sub(second.mul(sines)), second.mul(cosines).add(first.mul(sines))], -1);
}

/** θ^(−2i / headDim) for i < headDim / 2, rounded to float32 step by step as torch does. */
export function rotaryFrequencies(theta: number, headDim: number): Float32Array {
  return Float32Array.from({ length: headDim / 2 }, (_, i) => {
    const exponent = Math.fround((2 * i) / headDim);
    return 1 / Math.fround(Math.fround(theta) ** exponent);
  });
}
