import { gain, layers, type NamedTensor, prefixed, random } from "../tensors.ts";

/** Flan-T5-XL (models.md §2.2), or the same with fewer layers. */
export function t5Sizes(layers = 24) {
  const heads = { num_heads: 32, d_kv: 64, relative_attention_num_buckets: 32, relative_attention_max_distance: 128 };
  return { vocab_size: 32_128, d_model: 2048, d_ff: 5120, num_layers: layers, num_decoder_layers: layers, ...heads };
}
type T5Sizes = ReturnType<typeof t5Sizes>;

export function t5Config(sizes: T5Sizes): object {
  return {
    ...{ ...sizes, model_type: "t5", feed_forward_proj: "gated-gelu", dense_act_fn: "gelu", is_gated_act: true },
    ...{ layer_norm_epsilon: 1e-6, tie_word_embeddings: false, n_positions: 512, decoder_start_token_id: 0 },
    ...{ bos_token_id: 1, eos_token_id: 1, pad_token_id: 0, is_encoder_decoder: true },
  };
}

/** Its tensors by the names of T5ForConditionalGeneration; no bias anywhere. */
export function t5Tensors(sizes: T5Sizes): NamedTensor[] {
  const { vocab_size: words, d_model: width, num_layers, num_decoder_layers } = sizes;
  const own = attention("layer.0.SelfAttention", sizes);
  const encoder = [...own, gain("layer.0.layer_norm", width), ...feedForward("layer.1", sizes)];
  const cross = [...attention("layer.1.EncDecAttention", sizes), gain("layer.1.layer_norm", width)];
  const decoder = [...own, gain("layer.0.layer_norm", width), ...cross, ...feedForward("layer.2", sizes)];
  return [
    random("shared.weight", [words, width]),
    ...layers("encoder.block", num_layers, encoder),
    ...layers("decoder.block", num_decoder_layers, decoder),
    ...["encoder", "decoder"].flatMap((stack) =>
      prefixed(`${stack}.`, [relativeBias(sizes), gain("final_layer_norm", width)]),
    ),
    random("lm_head.weight", [words, width]),
  ];
}

function attention(name: string, { d_model: width, num_heads, d_kv }: T5Sizes): NamedTensor[] {
  const inner = num_heads * d_kv;
  const inward = ["q", "k", "v"].map((part) => random(`${name}.${part}.weight`, [inner, width]));
  return [...inward, random(`${name}.o.weight`, [width, inner])];
}

function feedForward(name: string, { d_model: width, d_ff: inner }: T5Sizes): NamedTensor[] {
  return [
    random(`${name}.DenseReluDense.wi_0.weight`, [inner, width]),
    random(`${name}.DenseReluDense.wi_1.weight`, [inner, width]),
    random(`${name}.DenseReluDense.wo.weight`, [width, inner]),
    gain(`${name}.layer_norm`, width),
  ];
}

function relativeBias({ relative_attention_num_buckets: buckets, num_heads: heads }: T5Sizes): NamedTensor {
  return random("block.0.layer.0.SelfAttention.relative_attention_bias.weight", [buckets, heads]);
}
