import { concat, cos, indices, sin } from "../onnx/operators.ts";
import { productDim } from "../onnx/shape.ts";
import type { Tensor } from "../onnx/tensor.ts";

/** Cosines and sines of the angles that rows are turned by. */
export interface Rotation {
  readonly cosines: Tensor;
  readonly sines: Tensor;
  /**
   * int64 [batch, rows]: for an operator that turns a whole head, which lines of [batch × rows, headDim / 2] are a row's.
   * Without it they are [batch, rows, 1, headDim / 2].
   */
  readonly lines: Tensor | undefined;
}

/**
 * The rotation of each row by its position, int64 [batch, rows]: angle = position · frequency, all in float32 as in
 * transformers. Frequencies are [headDim / 2].
 */
export function rotation(positions: Tensor, frequencies: Float32Array): Rotation {
  const { graph } = positions;
  if (graph.target.device === "webgpu") {
    return exactRotation(positions, graph.float32([1, 1, 1, frequencies.length], frequencies));
  }
  const flat = positions.reshape([productDim(positions.shape)]);
  const angles = flat
    .cast("float32")
    .reshape([flat.dim(0), 1])
    .mul(graph.float32([1, frequencies.length], frequencies));
  const places = [indices(flat, 0), graph.emit({ op: "Shape", inputs: [positions], shape: [2] })];
  const lines = graph.emit({ op: "Reshape", inputs: places, shape: positions.shape });
  return { cosines: cos(angles), sines: sin(angles), lines };
}

/**
 * Vulkan lets a GPU's sines be wrong by 2⁻¹¹, and beyond ±π by anything (specification, "Precision of GLSL.std.450
 * Instructions"). WebGPU has no float64, so in it these few rows are computed on the CPU; the product is rounded as float32's.
 */
function exactRotation(positions: Tensor, frequencies: Tensor): Rotation {
  const inPlace = positions.cast("float64").reshape([positions.dim(0), positions.dim(1), 1, 1]);
  const products = inPlace.mul(frequencies.cast("float64"));
  const angles = products.cast("float32").cast("float64");
  return { cosines: cos(angles).cast("float32"), sines: sin(angles).cast("float32"), lines: undefined };
}

/** Rotary embedding (https://arxiv.org/abs/2104.09864), pairs half a head apart: x [batch, rows, heads × headDim] → the same. */
export function rotate(x: Tensor, { cosines, sines, lines }: Rotation): Tensor {
  if (lines !== undefined) {
    const inputs = [x.cast("float32"), lines, cosines, sines];
    return x.graph.emit({ op: "com.microsoft.RotaryEmbedding", inputs, shape: x.shape }).cast(x.dtype);
  }
  const headDim = 2 * (cosines.dim(-1) as number);
  const heads = x.reshape([x.dim(0), x.dim(1), (x.dim(2) as number) / headDim, headDim]);
  const [first, second] = heads.split(2) as [Tensor, Tensor];
  const parts = [first.mul(cosines).sub(second.mul(sines)), second.mul(cosines).add(first.mul(sines))];
  return concat(parts, -1).cast(x.dtype).reshape(x.shape);
}

/** θ^(−2i / headDim) for i < headDim / 2, rounded to float32 step by step as torch does. */
export function rotaryFrequencies(theta: number, headDim: number): Float32Array {
  return Float32Array.from({ length: headDim / 2 }, (_, i) => {
    const exponent = Math.fround((2 * i) / headDim);
    return 1 / Math.fround(Math.fround(theta) ** exponent);
  });
}
