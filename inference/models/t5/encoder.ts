import type { TensorRef } from "../../checkpoint/tensor-ref.ts";
import type { Matrix, Weights } from "../../checkpoint/weights.ts";
import { attend, type KeyValues } from "../../layers/attention.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import type { T5Config } from "./config.ts";
import { addAttended, feedForwardSublayer, keyValues, norm, NO_SCALE, selfRows } from "./layers.ts";
import { encoderBias } from "./relative-bias.ts";

/**
 * T5's encoder: embeddings [batch, rows, d_model] → states of the same shape. Every row sees every row that the mask
 * [batch, 1, 1, rows] leaves visible.
 */
export function t5Encoder(x: Tensor, mask: Tensor, w: Weights, config: T5Config): Tensor {
  const biased = mask.add(encoderBias(x, w.at("encoder.block.0.layer.0.SelfAttention"), config));
  for (let i = 0; i < config.num_layers; i++) {
    const at = w.at("encoder.block", i, "layer");
    const self = at.at("0.SelfAttention");
    const { queries, own } = selfRows(norm(x, at.at("0.layer_norm"), config), self, config);
    x = addAttended(x, attend(queries, own, biased, NO_SCALE), self);
    x = feedForwardSublayer(x, at.at(1), config);
  }
  return norm(x, w.at("encoder.final_layer_norm"), config);
}

/** What each of the decoder's layers reads of the encoder's states; it does not depend on the decoder's rows. */
export function t5Memory(states: Tensor, w: Weights, config: T5Config): KeyValues[] {
  return Array.from({ length: config.num_decoder_layers }, (_, i) =>
    keyValues(states, w.at("decoder.block", i, "layer.1.EncDecAttention"), config),
  );
}

/** The words' table, which both stacks read; files may hold it under either's name as well, or instead. */
export function wordTable(w: Weights, { vocab_size, d_model }: T5Config): TensorRef {
  for (const alias of ALIASES) w.optional(alias, [vocab_size, d_model]);
  return w.tensor(wordsName(w), [vocab_size, d_model]);
}

/** The same to multiply by, where the head is tied to the words. */
export function wordMatrix(w: Weights, { vocab_size, d_model }: T5Config): Matrix {
  return w.matrix(wordsName(w), [vocab_size, d_model]);
}

const SHARED = "shared.weight";
const ALIASES = ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight"];

function wordsName(w: Weights): string {
  return [SHARED, ...ALIASES].find((name) => w.has(name)) ?? SHARED;
}
