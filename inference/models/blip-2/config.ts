import { CheckpointError } from "../../checkpoint/checkpoint-error.ts";
import { readConfig, type Config } from "../../checkpoint/config.ts";
import { readOptConfig, type OptConfig } from "../opt/config.ts";
import { readT5Config, type T5Config } from "../t5/config.ts";
import { readVitConfig, type VitConfig } from "../vit/config.ts";

/** What every BLIP-2 checkpoint's config.json says of the way from a picture to 32 rows; names are the file's. */
export interface Blip2Config {
  readonly vision_config: VitConfig;
  readonly qformer_config: QFormerConfig;
  readonly num_query_tokens: number;
  /** Width of the vectors that retrieval compares. */
  readonly image_text_hidden_size: number;
}

export interface QFormerConfig {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly max_position_embeddings: number;
  readonly layer_norm_eps: number;
  /** Every so many layers, from the first on, the queries look at the picture. */
  readonly cross_attention_frequency: number;
}

/** The language model, and the token that stands for a row of a picture; older checkpoints have none. */
export interface LanguageConfig {
  readonly language:
    { readonly kind: "opt"; readonly config: OptConfig } | { readonly kind: "t5"; readonly config: T5Config };
  readonly image_token_index: number | undefined;
}

/** transformers' defaults: EVA-CLIP's ViT-g without its last layer, at 224 × 224. */
const visionDefaults: VitConfig = {
  hidden_size: 1408,
  num_hidden_layers: 39,
  num_attention_heads: 16,
  image_size: 224,
  patch_size: 14,
  layer_norm_eps: 1e-6,
};

export function readBlip2Config(folder: string): Blip2Config {
  const config = readConfig(folder, "config.json");
  const vision = config.object("vision_config");
  requireBiases(vision);
  return {
    vision_config: readVitConfig(vision, visionDefaults),
    qformer_config: qFormerConfig(config.object("qformer_config")),
    num_query_tokens: config.size("num_query_tokens", 32),
    image_text_hidden_size: config.size("image_text_hidden_size", 256),
  };
}

/** Throws a CheckpointError for a language model other than OPT and T5. */
export function readLanguageConfig(folder: string): LanguageConfig {
  const config = readConfig(folder, "config.json");
  const language = languageOf(config.object("text_config"));
  const { vocab_size } = language.config;
  const image = config.has("image_token_index") ? config.index("image_token_index", vocab_size) : undefined;
  return { language, image_token_index: image };
}

/** The token that a processor puts before texts for the rows of a picture. Retrieval reads none: it may lie behind its words. */
export function readImageToken(folder: string): number | undefined {
  const config = readConfig(folder, "config.json");
  return config.has("image_token_index") ? config.integer("image_token_index") : undefined;
}

function languageOf(config: Config): LanguageConfig["language"] {
  const kind = config.oneOf("model_type", ["opt", "t5"], "opt");
  return kind === "opt" ? { kind, config: readOptConfig(config) } : { kind, config: readT5Config(config) };
}

function qFormerConfig(config: Config): QFormerConfig {
  config.oneOf("hidden_act", ["gelu"], "gelu");
  const hidden_size = config.size("hidden_size", 768);
  return {
    vocab_size: config.size("vocab_size", 30522),
    hidden_size,
    num_hidden_layers: config.size("num_hidden_layers", 12),
    num_attention_heads: config.divisor("num_attention_heads", hidden_size, 12),
    max_position_embeddings: config.size("max_position_embeddings", 512),
    layer_norm_eps: config.number("layer_norm_eps", 1e-12),
    cross_attention_frequency: config.size("cross_attention_frequency", 2),
  };
}

function requireBiases(vision: Config): void {
  if (vision.boolean("qkv_bias", true)) return;
  throw new CheckpointError(vision.file, "vision_config.qkv_bias: expected true, found false");
}
