import type { Weights } from "../../checkpoint/weights.ts";
import { splitHeads, type KeyValues } from "../../layers/attention.ts";
import { linear, linears } from "../../layers/linear.ts";
import { layerNorm } from "../../layers/norm.ts";
import type { Tensor } from "../../onnx/tensor.ts";

/** What models that descend from BERT share: post-norm sublayers, and the names of their weights. */

/** What checkpoints call an output: the sublayer's result, projected back and added to what went in. */
export function addAndNorm(x: Tensor, result: Tensor, w: Weights, eps: number): Tensor {
  return layerNorm(x.add(linear(result, w.at("dense"))), w.at("LayerNorm"), eps);
}

/** [batch, rows, hidden] → [batch, heads, rows, headDim] */
export function queries(x: Tensor, w: Weights, heads: number): Tensor {
  return splitHeads(linear(x, w.at("query")), heads);
}

/** Of rows that look at each other, each [batch, heads, rows, headDim]. */
export function selfRows(x: Tensor, w: Weights, heads: number): { readonly queries: Tensor; readonly own: KeyValues } {
  const rows = linears(x, w, ["query", "key", "value"]).map((part) => splitHeads(part, heads));
  const [queries, keys, values] = rows as [Tensor, Tensor, Tensor];
  return { queries, own: { keys, values } };
}

/** Each [batch, heads, rows, headDim]. */
export function keyValues(x: Tensor, w: Weights, heads: number): KeyValues {
  return { keys: splitHeads(linear(x, w.at("key")), heads), values: splitHeads(linear(x, w.at("value")), heads) };
}
