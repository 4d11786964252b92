import { layers, linear, type NamedTensor, norm, random } from "../tensors.ts";

/** OPT-2.7B as BLIP-2 has it (models.md §2.2). */
export const optSizes = {
  ...{ vocab_size: 50_304, hidden_size: 2560, ffn_dim: 10_240, num_hidden_layers: 32, num_attention_heads: 32 },
  max_position_embeddings: 2048,
};
type OptSizes = typeof optSizes;

export function optConfig(sizes: OptSizes): object {
  return {
    ...{ ...sizes, model_type: "opt", word_embed_proj_dim: sizes.hidden_size, activation_function: "relu" },
    ...{ bos_token_id: 2, pad_token_id: 1, eos_token_id: 50_118, do_layer_norm_before: true, torch_dtype: "float16" },
  };
}

/** Its tensors by the names of OPTForCausalLM; the head is tied, so left out. */
export function optTensors({ vocab_size, hidden_size: width, ffn_dim, ...sizes }: OptSizes): NamedTensor[] {
  const layer = [
    ...["q_proj", "k_proj", "v_proj", "out_proj"].flatMap((name) =>
      linear(`self_attn.${name}`, { from: width, to: width }),
    ),
    ...norm("self_attn_layer_norm", width),
    ...linear("fc1", { from: width, to: ffn_dim }),
    ...linear("fc2", { from: ffn_dim, to: width }),
    ...norm("final_layer_norm", width),
  ];
  return [
    random("model.decoder.embed_tokens.weight", [vocab_size, width]),
    random("model.decoder.embed_positions.weight", [sizes.max_position_embeddings + 2, width]),
    ...norm("model.decoder.final_layer_norm", width),
    ...layers("model.decoder.layers", sizes.num_hidden_layers, layer),
  ];
}
