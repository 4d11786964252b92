import { letterIds } from "./letter-tokenizer.ts";
import { gain, layers, linear, type NamedTensor, norm, prefixed, random, type TowerSizes } from "./tensors.ts";

/** The sizes of a LlavaForConditionalGeneration with SigLIP and Qwen2, in the words of its config.json. */
export interface LlavaSizes {
  readonly vision_config: TowerSizes;
  readonly text_config: {
    readonly hidden_size: number;
    readonly num_hidden_layers: number;
    readonly num_attention_heads: number;
    readonly num_key_value_heads: number;
    readonly intermediate_size: number;
    readonly vocab_size: number;
    readonly max_position_embeddings: number;
  };
}

/**
 * The language model of llava-hf/llava-interleave-qwen-0.5b-hf (models.md §3.2), whose every step reads 1.9 GB of
 * weights, behind a tower of ViT-S's size: 196 rows a picture.
 */
export const halfBillion: LlavaSizes = {
  vision_config: {
    hidden_size: 384,
    num_hidden_layers: 12,
    num_attention_heads: 6,
    intermediate_size: 1536,
    image_size: 224,
    patch_size: 16,
  },
  text_config: {
    hidden_size: 1024,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    num_key_value_heads: 16,
    intermediate_size: 2816,
    vocab_size: 152_000,
    max_position_embeddings: 4096,
  },
};

/** The language model of llava-hf/llava-1.5-7b-hf behind the same tower. Of its layers all matrices are zeros. */
export const sevenBillion: LlavaSizes = {
  ...halfBillion,
  text_config: {
    hidden_size: 4096,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 32,
    intermediate_size: 11_008,
    vocab_size: 32_064,
    max_position_embeddings: 4096,
  },
};

/** Every tensor of such a checkpoint by the names that it has on disk (models.md §3.2); the head is tied, so left out. */
export function llavaTensors({ vision_config: vision, text_config: text }: LlavaSizes): readonly NamedTensor[] {
  return [
    ...prefixed("vision_tower.vision_model.", siglipTensors(vision)),
    ...linear("multi_modal_projector.linear_1", { from: vision.hidden_size, to: text.hidden_size }),
    ...linear("multi_modal_projector.linear_2", { from: text.hidden_size, to: text.hidden_size }),
    ...prefixed("language_model.model.", qwenTensors(text)),
  ];
}

/** SigLIP's tower without a head (models.md §3.2). */
export function siglipTensors(sizes: TowerSizes): NamedTensor[] {
  const { hidden_size: width, intermediate_size: inner, patch_size: patch, image_size: side } = sizes;
  const layer = [
    ...norm("layer_norm1", width),
    ...["q_proj", "k_proj", "v_proj", "out_proj"].flatMap((name) =>
      linear(`self_attn.${name}`, { from: width, to: width }),
    ),
    ...norm("layer_norm2", width),
    ...linear("mlp.fc1", { from: width, to: inner }),
    ...linear("mlp.fc2", { from: inner, to: width }),
  ];
  return [
    random("embeddings.patch_embedding.weight", [width, 3, patch, patch]),
    { name: "embeddings.patch_embedding.bias", shape: [width], fill: "zeros" },
    random("embeddings.position_embedding.weight", [Math.floor(side / patch) ** 2, width]),
    ...layers("encoder.layers", sizes.num_hidden_layers, layer),
    ...norm("post_layernorm", width),
  ];
}

function qwenTensors(sizes: LlavaSizes["text_config"]): NamedTensor[] {
  const { hidden_size: width, intermediate_size: inner, num_attention_heads: heads } = sizes;
  const shared = (width / heads) * sizes.num_key_value_heads;
  const layer = [
    gain("input_layernorm", width),
    ...linear("self_attn.q_proj", { from: width, to: width }),
    ...linear("self_attn.k_proj", { from: width, to: shared }),
    ...linear("self_attn.v_proj", { from: width, to: shared }),
    random("self_attn.o_proj.weight", [width, width]),
    gain("post_attention_layernorm", width),
    random("mlp.gate_proj.weight", [inner, width]),
    random("mlp.up_proj.weight", [inner, width]),
    random("mlp.down_proj.weight", [width, inner]),
  ];
  return [
    // The head is tied to them.
    { ...random("embed_tokens.weight", [sizes.vocab_size, width]), rows: letterIds },
    ...layers("layers", sizes.num_hidden_layers, layer),
    gain("norm", width),
  ];
}
