/** https://onnx.ai/onnx/operators/ and onnxruntime's ContribOperators.md */
import { float, text } from "./attributes.ts";
import type { Tensor } from "./tensor.ts";

/** x·Φ(x), with the exact Φ. */
export function gelu(x: Tensor): Tensor {
  return x.graph.emit({ op: "Gelu", inputs: [x], shape: x.shape });
}

/** x·Φ(x) with Φ approximated by tanh: transformers' gelu_new and gelu_pytorch_tanh. */
export function tanhGelu(x: Tensor): Tensor {
  return x.graph.emit({ op: "Gelu", inputs: [x], attributes: { approximate: text("tanh") }, shape: x.shape });
}

/** x·sigmoid(1.702·x), CLIP's gelu. */
export function quickGelu(x: Tensor): Tensor {
  return sigmoidUnit(x, 1.702);
}

/** x·sigmoid(x) */
export function silu(x: Tensor): Tensor {
  return sigmoidUnit(x, 1);
}

function sigmoidUnit(x: Tensor, alpha: number): Tensor {
  return x.graph.emit({
    op: "com.microsoft.QuickGelu",
    inputs: [x],
    attributes: { alpha: float(alpha) },
    shape: x.shape,
  });
}

export function relu(x: Tensor): Tensor {
  return x.graph.emit({ op: "Relu", inputs: [x], shape: x.shape });
}
