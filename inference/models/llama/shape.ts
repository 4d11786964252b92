import type { DecoderShape } from "../model.ts";
import type { LlamaConfig } from "./config.ts";

/** The shape of the decoder, whatever the weights. */
export function llamaShape(config: LlamaConfig): DecoderShape {
  return {
    layers: config.num_hidden_layers,
    heads: config.num_key_value_heads,
    queriesPerHead: config.num_attention_heads / config.num_key_value_heads,
    headDim: config.head_dim,
    vocabularySize: config.vocab_size,
    maxPositions: config.max_position_embeddings,
    hasMemory: false,
    featureWidth: config.hidden_size,
  };
}
