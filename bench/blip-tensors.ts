import { layers, linear, type NamedTensor, norm, prefixed, random, type TowerSizes } from "./tensors.ts";

/** The sizes of a BlipForConditionalGeneration, in the words of its config.json. */
export interface BlipSizes {
  readonly vision_config: TowerSizes;
  readonly text_config: {
    readonly hidden_size: number;
    readonly num_hidden_layers: number;
    readonly num_attention_heads: number;
    readonly intermediate_size: number;
    readonly vocab_size: number;
    readonly max_position_embeddings: number;
  };
}

/** Salesforce/blip-image-captioning-base: 224 million parameters (models.md §1.2). */
export const blipBase: BlipSizes = {
  vision_config: {
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 3072,
    image_size: 384,
    patch_size: 16,
  },
  text_config: {
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 3072,
    vocab_size: 30524,
    max_position_embeddings: 512,
  },
};

/** Every tensor of such a checkpoint, by transformers' names (models.md §1.3); tied copies are left out, as it saves them. */
export function blipTensors({ vision_config: vision, text_config: text }: BlipSizes): readonly NamedTensor[] {
  return [
    ...prefixed("vision_model.", visionTensors(vision)),
    ...prefixed("text_decoder.bert.", bertTensors(text, vision.hidden_size)),
    ...prefixed("text_decoder.cls.predictions.", headTensors(text)),
  ];
}

/** A vision tower with queries, keys and values in one matrix (models.md §1.3). */
export function visionTensors(sizes: TowerSizes): NamedTensor[] {
  const { hidden_size: width, patch_size: patch, image_size: side } = sizes;
  const positions = (side / patch) ** 2 + 1;
  return [
    random("embeddings.class_embedding", [1, 1, width]),
    random("embeddings.position_embedding", [1, positions, width]),
    random("embeddings.patch_embedding.weight", [width, 3, patch, patch]),
    { name: "embeddings.patch_embedding.bias", shape: [width], fill: "zeros" },
    ...layers("encoder.layers", sizes.num_hidden_layers, visionLayer(width, sizes.intermediate_size)),
    ...norm("post_layernorm", width),
  ];
}

function visionLayer(width: number, inner: number): NamedTensor[] {
  return [
    ...norm("layer_norm1", width),
    ...linear("self_attn.qkv", { from: width, to: 3 * width }),
    ...linear("self_attn.projection", { from: width, to: width }),
    ...norm("layer_norm2", width),
    ...linear("mlp.fc1", { from: width, to: inner }),
    ...linear("mlp.fc2", { from: inner, to: width }),
  ];
}

/** BERT with cross-attention to states that are `memoryWidth` wide in every layer (models.md §1.3). */
export function bertTensors(sizes: BlipSizes["text_config"], memoryWidth: number): NamedTensor[] {
  const { hidden_size: width, vocab_size: words, max_position_embeddings: positions } = sizes;
  return [
    random("embeddings.word_embeddings.weight", [words, width]),
    random("embeddings.position_embeddings.weight", [positions, width]),
    ...norm("embeddings.LayerNorm", width),
    ...layers("encoder.layer", sizes.num_hidden_layers, bertLayer(sizes, memoryWidth)),
  ];
}

function bertLayer(sizes: BlipSizes["text_config"], memoryWidth: number): NamedTensor[] {
  const { hidden_size: width, intermediate_size: inner } = sizes;
  return [
    ...attention("attention", { width, memoryWidth: width }),
    ...attention("crossattention", { width, memoryWidth }),
    ...linear("intermediate.dense", { from: width, to: inner }),
    ...linear("output.dense", { from: inner, to: width }),
    ...norm("output.LayerNorm", width),
  ];
}

function attention(name: string, { width, memoryWidth }: { width: number; memoryWidth: number }): NamedTensor[] {
  return [
    ...linear(`${name}.self.query`, { from: width, to: width }),
    ...linear(`${name}.self.key`, { from: memoryWidth, to: width }),
    ...linear(`${name}.self.value`, { from: memoryWidth, to: width }),
    ...linear(`${name}.output.dense`, { from: width, to: width }),
    ...norm(`${name}.output.LayerNorm`, width),
  ];
}

/** What makes logits of a decoder's states, but for the matrix that is tied to the words (models.md §1.3). */
export function headTensors({ hidden_size: width, vocab_size: words }: BlipSizes["text_config"]): NamedTensor[] {
  return [
    ...linear("transform.dense", { from: width, to: width }),
    ...norm("transform.LayerNorm", width),
    { name: "bias", shape: [words], fill: "wordBias" },
  ];
}
