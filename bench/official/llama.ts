import { gain, layers, type NamedTensor, random } from "../tensors.ts";

/** A language model of LLaMA's kind, in the words of its config.json. */
export interface LlamaSizes {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads: number;
  readonly vocab_size: number;
}

export const vicuna7b: LlamaSizes = {
  ...{ hidden_size: 4096, intermediate_size: 11_008, num_hidden_layers: 32, num_attention_heads: 32 },
  ...{ num_key_value_heads: 32, vocab_size: 32_064 },
};
export const vicuna13b: LlamaSizes = {
  ...{ hidden_size: 5120, intermediate_size: 13_824, num_hidden_layers: 40, num_attention_heads: 40 },
  ...{ num_key_value_heads: 40, vocab_size: 32_064 },
};
export const mistral7b: LlamaSizes = { ...vicuna7b, intermediate_size: 14_336, num_key_value_heads: 8 };
export const qwen: LlamaSizes = {
  ...{ hidden_size: 1024, intermediate_size: 2816, num_hidden_layers: 24, num_attention_heads: 16 },
  ...{ num_key_value_heads: 16, vocab_size: 152_000 },
};

/** Qwen2's: queries, keys and values have a bias, the head is tied (models.md §3.2). */
export function qwenTensors(sizes: LlamaSizes): NamedTensor[] {
  const { hidden_size: width } = sizes;
  const biases = ["q_proj", "k_proj", "v_proj"].map(
    (name) => ({ name: `self_attn.${name}.bias`, shape: [width], fill: "zeros" }) as const,
  );
  return [...llamaTensors(sizes, "tied"), ...layers("model.layers", sizes.num_hidden_layers, biases)];
}

/** Its tensors by the names that they have below `language_model.` (models.md §3.1). */
export function llamaTensors(sizes: LlamaSizes, head: "tied" | "untied"): NamedTensor[] {
  const { hidden_size: width, intermediate_size: inner, vocab_size: words, num_attention_heads: heads } = sizes;
  const shared = (width / heads) * sizes.num_key_value_heads;
  const layer = [
    ...["q_proj", "o_proj"].map((name) => random(`self_attn.${name}.weight`, [width, width])),
    ...["k_proj", "v_proj"].map((name) => random(`self_attn.${name}.weight`, [shared, width])),
    ...["gate_proj", "up_proj"].map((name) => random(`mlp.${name}.weight`, [inner, width])),
    random("mlp.down_proj.weight", [width, inner]),
    ...["input_layernorm", "post_attention_layernorm"].map((name) => gain(name, width)),
  ];
  return [
    random("model.embed_tokens.weight", [words, width]),
    ...layers("model.layers", sizes.num_hidden_layers, layer),
    gain("model.norm", width),
    ...(head === "tied" ? [] : [random("lm_head.weight", [words, width])]),
  ];
}
