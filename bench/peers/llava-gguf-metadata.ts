import { clipNormalisation } from "../official/parts.ts";
import type { TowerSizes } from "../tensors.ts";
import type { GgufMetadata, GgufValue } from "./gguf.ts";

/** What is read of a config.json. */
export interface LlavaConfig {
  readonly text_config: {
    readonly hidden_size: number;
    readonly num_hidden_layers: number;
    readonly num_attention_heads: number;
    readonly num_key_value_heads: number;
    readonly intermediate_size: number;
    readonly vocab_size: number;
    readonly max_position_embeddings: number;
    readonly rms_norm_eps: number;
    readonly bos_token_id: number;
    readonly eos_token_id: number;
  };
  readonly vision_config: TowerSizes;
}

/** llama.cpp's LLAMA_TOKEN_TYPE_… */
const tokenTypes = { normal: 1, unknown: 2, control: 3, unused: 5, byte: 6 } as const;

/** Keys of a language model's file, its tokenizer's from a tokenizer.json of byte-pair merges with a fallback to bytes. */
export function languageMetadata({ text_config: text }: LlavaConfig, tokenizer: object): GgufMetadata {
  const own = {
    context_length: uint32(text.max_position_embeddings),
    embedding_length: uint32(text.hidden_size),
    block_count: uint32(text.num_hidden_layers),
    feed_forward_length: uint32(text.intermediate_size),
    vocab_size: uint32(text.vocab_size),
    "attention.head_count": uint32(text.num_attention_heads),
    "attention.head_count_kv": uint32(text.num_key_value_heads),
    "attention.layer_norm_rms_epsilon": float32(text.rms_norm_eps),
    "rope.dimension_count": uint32(text.hidden_size / text.num_attention_heads),
    "rope.freq_base": float32(10_000),
  };
  return {
    "general.architecture": { type: "string", value: "llama" },
    ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`llama.${key}`, value])),
    ...tokenizerMetadata(text, tokenizer as TokenizerJson),
  };
}

interface TokenizerJson {
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

/** SentencePiece merges what scores highest: merges are numbered in the order in which they were learned. */
function tokenizerMetadata(
  { vocab_size, bos_token_id, eos_token_id }: LlavaConfig["text_config"],
  { model, added_tokens }: TokenizerJson,
): GgufMetadata {
  const words = new Map(Object.entries(model.vocab).map(([word, id]) => [id, word]));
  const special = new Map(added_tokens.map(({ id, content }) => [id, content]));
  const ids = Array.from({ length: vocab_size }, (_, id) => id);
  const typeOf = (id: number): number => {
    if (special.has(id)) return special.get(id) === "<unk>" ? tokenTypes.unknown : tokenTypes.control;
    const word = words.get(id);
    if (word === undefined) return tokenTypes.unused;
    return /^<0x[0-9A-F]{2}>$/.test(word) ? tokenTypes.byte : tokenTypes.normal;
  };
  return {
    "tokenizer.ggml.model": { type: "string", value: "llama" },
    "tokenizer.ggml.pre": { type: "string", value: "default" },
    "tokenizer.ggml.tokens": { type: "strings", value: ids.map((id) => special.get(id) ?? words.get(id) ?? `<${id}>`) },
    "tokenizer.ggml.scores": { type: "float32s", value: ids.map((id) => -id) },
    "tokenizer.ggml.token_type": { type: "int32s", value: ids.map(typeOf) },
    "tokenizer.ggml.bos_token_id": uint32(bos_token_id),
    "tokenizer.ggml.eos_token_id": uint32(eos_token_id),
    "tokenizer.ggml.add_bos_token": { type: "bool", value: true },
  };
}

/** Keys of the file of CLIP's tower and LLaVA's projector. */
export function visionMetadata({ text_config: text, vision_config: vision }: LlavaConfig): GgufMetadata {
  return {
    "general.architecture": { type: "string", value: "clip" },
    "clip.has_vision_encoder": { type: "bool", value: true },
    "clip.projector_type": { type: "string", value: "mlp" },
    "clip.vision.image_size": uint32(vision.image_size),
    "clip.vision.patch_size": uint32(vision.patch_size),
    "clip.vision.embedding_length": uint32(vision.hidden_size),
    "clip.vision.feed_forward_length": uint32(vision.intermediate_size),
    // Of these it computes all but the last, as LLaVA's vision_feature_layer of -2 asks for.
    "clip.vision.block_count": uint32(vision.num_hidden_layers),
    "clip.vision.attention.head_count": uint32(vision.num_attention_heads),
    "clip.vision.attention.layer_norm_epsilon": float32(1e-5),
    "clip.vision.projection_dim": uint32(text.hidden_size),
    "clip.vision.image_mean": { type: "float32s", value: clipNormalisation.image_mean },
    "clip.vision.image_std": { type: "float32s", value: clipNormalisation.image_std },
    "clip.use_gelu": { type: "bool", value: false },
  };
}

function uint32(value: number): GgufValue {
  return { type: "uint32", value };
}

function float32(value: number): GgufValue {
  return { type: "float32", value };
}
