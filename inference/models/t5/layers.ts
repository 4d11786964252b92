import type { Weights } from "../../checkpoint/weights.ts";
import { splitHeads, type KeyValues } from "../../layers/attention.ts";
import { projection, projections } from "../../layers/linear.ts";
import { rmsNorm } from "../../layers/norm.ts";
import { gelu, tanhGelu } from "../../onnx/activations.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import type { T5Config } from "./config.ts";

/** What encoder and decoder of T5 share: pre-norm sublayers without any bias, scores that are not scaled (models.md §2.8). */
export const NO_SCALE = 1;

/** Of rows that look at each other, each [batch, heads, rows, d_kv]. */
export function selfRows(
  x: Tensor,
  w: Weights,
  { num_heads: heads }: T5Config,
): { readonly queries: Tensor; readonly own: KeyValues } {
  const rows = projections(x, w, ["q", "k", "v"]).map((part) => splitHeads(part, heads));
  const [queries, keys, values] = rows as [Tensor, Tensor, Tensor];
  return { queries, own: { keys, values } };
}

/** [batch, heads, rows, d_kv] */
export function queries(x: Tensor, w: Weights, { num_heads: heads }: T5Config): Tensor {
  return splitHeads(projection(x, w.at("q")), heads);
}

/** x + what comes of its attention, [batch, rows, heads × d_kv] */
export function addAttended(x: Tensor, attended: Tensor, w: Weights): Tensor {
  return x.add(projection(attended, w.at("o")));
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
  const [gate, up] = projections(normed, at, ["wi_0", "wi_1"]) as [Tensor, Tensor];
  const gated = activation(gate).cast("float32").mul(up);
  return x.add(projection(gated, at.at("wo"), "float32"));
}

export function norm(x: Tensor, w: Weights, config: T5Config): Tensor {
  return rmsNorm(x, w, config.layer_norm_epsilon);
}
