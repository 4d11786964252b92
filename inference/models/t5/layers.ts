import type { Weights } from "../../checkpoint/weights.ts";
import { splitHeads, type KeyValues } from "../../layers/attention.ts";
import { projection } from "../../layers/linear.ts";
import { rmsNorm } from "../../layers/norm.ts";
import { gelu, tanhGelu } from "../../onnx/activations.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import type { T5Config } from "./config.ts";

/** What encoder and decoder of T5 share: pre-norm sublayers without any bias, scores that are not scaled (models.md §2.8). */
export const NO_SCALE = 1;

/** x + attention of its norm; queries [batch, heads, rows, d_kv] → [batch, rows, heads × d_kv] */
export function attentionSublayer(
  x: Tensor,
  { normed, w }: { readonly normed: Tensor; readonly w: Weights },
  config: T5Config,
  attend: (q: Tensor) => Tensor,
): Tensor {
  return x.add(projection(attend(splitHeads(projection(normed, w.at("q")), config.num_heads)), w.at("o")));
}

/** Each [batch, heads, rows, d_kv]. */
export function keyValues(x: Tensor, w: Weights, { num_heads: heads }: T5Config): KeyValues {
  return { keys: splitHeads(projection(x, w.at("k")), heads), values: splitHeads(projection(x, w.at("v")), heads) };
}

/** x + wo(gelu(wi_0 x) · wi_1 x) of its norm. What wo gives grows past what float16 holds, so it stays float32, as in transformers. */
export function feedForwardSublayer(x: Tensor, w: Weights, config: T5Config): Tensor {
  const normed = norm(x, w.at("layer_norm"), config);
  const at = w.at("DenseReluDense");
  const activation = config.dense_act_fn === "gelu" ? gelu : tanhGelu;
  const [gate, up] = [projection(normed, at.at("wi_0")), projection(normed, at.at("wi_1"))];
  const gated = activation(gate).cast("float32").mul(up);
  return x.add(projection(gated, at.at("wo"), "float32"));
}

export function norm(x: Tensor, w: Weights, config: T5Config): Tensor {
  return rmsNorm(x, w, config.layer_norm_epsilon);
}
