import { gelu, quickGelu, silu, tanhGelu } from "../onnx/activations.ts";
import type { Tensor } from "../onnx/tensor.ts";

/** Activations by the names that config.json calls them. */
export const activations = {
  gelu,
  gelu_new: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  quick_gelu: quickGelu,
  silu,
} as const satisfies Readonly<Record<string, (x: Tensor) => Tensor>>;

export type ActivationName = keyof typeof activations;
