import type { Weights } from "../../checkpoint/weights.ts";
import { attend, type KeyValues } from "../../layers/attention.ts";
import { embedding, leadingPositions } from "../../layers/embedding.ts";
import { linear } from "../../layers/linear.ts";
import { layerNorm } from "../../layers/norm.ts";
import { gelu } from "../../onnx/activations.ts";
import { concat, expand } from "../../onnx/operators.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import { addAndNorm, keyValues, queries } from "../bert/layers.ts";
import type { Blip2Config, QFormerConfig } from "./config.ts";

/**
 * The Q-Former (models.md §2.5): a BERT whose rows are learned queries, a text, or both. All rows look at each other; in
 * some layers the queries look at the picture, and each kind of row has a feed-forward net of its own.
 */

/** Rows [batch, rows, hidden] of each kind that is there. */
export interface Rows {
  readonly queries?: Tensor;
  readonly text?: Tensor;
}

export interface QFormerInputs extends Rows {
  /** Added to each row's scores, [batch, 1, 1, all rows]; absent where all are visible. */
  readonly mask?: Tensor;
  /** What the queries look at, [batch, image rows, width]. */
  readonly image?: Tensor;
}

/** The rows' last states; `w` is the place "qformer". */
export function qFormer({ mask, image, ...rows }: QFormerInputs, w: Weights, config: QFormerConfig): Rows {
  let x = each(rows, (part) => layerNorm(part, w.at("layernorm"), config.layer_norm_eps));
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const sees = i % config.cross_attention_frequency === 0 ? image : undefined;
    x = layer(x, { mask, image: sees }, w.at("encoder.layer", i), config);
  }
  return x;
}

/** The learned queries once for each picture of `image`: [batch, queries, hidden] */
export function queryTokens(image: Tensor, w: Weights, { num_query_tokens, qformer_config }: Blip2Config): Tensor {
  const shape = [1, num_query_tokens, qformer_config.hidden_size];
  return expand(image.graph.value(w.tensor("query_tokens", shape)), ["batch", ...shape.slice(1)], image);
}

/** A text's words at their places, from 0 on: ids [batch, rows] → [batch, rows, hidden] */
export function textEmbeddings(ids: Tensor, w: Weights, config: QFormerConfig): Tensor {
  const { vocab_size, max_position_embeddings, hidden_size } = config;
  const words = w.tensor("embeddings.word_embeddings.weight", [vocab_size, hidden_size]);
  const positions = w.tensor("embeddings.position_embeddings.weight", [max_position_embeddings, hidden_size]);
  return embedding(ids, words).add(leadingPositions(ids, positions));
}

interface Seen {
  readonly mask: Tensor | undefined;
  readonly image: Tensor | undefined;
}

function layer(rows: Rows, { mask, image }: Seen, w: Weights, config: QFormerConfig): Rows {
  const { layer_norm_eps: eps, num_attention_heads: heads } = config;
  const all = allKeyValues(rows, w.at("attention.attention"), heads);
  const attended = each(rows, (x) => {
    const q = queries(x, w.at("attention.attention"), heads);
    return addAndNorm(x, attend(q, all, mask), w.at("attention.output"), eps);
  });
  return {
    ...(attended.queries && { queries: queryRows(attended.queries, image, w, config) }),
    ...(attended.text && { text: feedForward(attended.text, w.at("intermediate"), w.at("output"), eps) }),
  };
}

function queryRows(x: Tensor, image: Tensor | undefined, w: Weights, config: QFormerConfig): Tensor {
  const { layer_norm_eps: eps, num_attention_heads: heads } = config;
  if (image) {
    const cross = w.at("crossattention.attention");
    const seen = attend(queries(x, cross, heads), keyValues(image, cross, heads));
    x = addAndNorm(x, seen, w.at("crossattention.output"), eps);
  }
  return feedForward(x, w.at("intermediate_query"), w.at("output_query"), eps);
}

function feedForward(x: Tensor, intermediate: Weights, output: Weights, eps: number): Tensor {
  return addAndNorm(x, gelu(linear(x, intermediate.at("dense"))), output, eps);
}

/** Those of the queries come first. */
function allKeyValues(rows: Rows, w: Weights, heads: number): KeyValues {
  const parts = [rows.queries, rows.text].filter((part) => part !== undefined).map((x) => keyValues(x, w, heads));
  if (parts.length === 1) return parts[0]!;
  const [keys, values] = [parts.map(({ keys }) => keys), parts.map(({ values }) => values)];
  return { keys: concat(keys, 2), values: concat(values, 2) };
}

function each({ queries, text }: Rows, change: (rows: Tensor) => Tensor): Rows {
  return { ...(queries && { queries: change(queries) }), ...(text && { text: change(text) }) };
}
