import { readConfig, type Config } from "../../checkpoint/config.ts";
import { readVitConfig, type VitConfig } from "../vit/config.ts";

/** The parts of config.json that the graphs and programs need; names are the file's, defaults transformers'. */
export interface BlipConfig {
  readonly vision_config: VitConfig;
  readonly text_config: BlipTextConfig;
  /** Width of the vectors that retrieval compares. */
  readonly image_text_hidden_size: number;
}

export interface BlipTextConfig {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly max_position_embeddings: number;
  readonly layer_norm_eps: number;
  /** [DEC], the first token of a decoder's text. */
  readonly bos_token_id: number;
  /** [SEP], the last token of a text. */
  readonly sep_token_id: number;
}

export function readBlipConfig(folder: string): BlipConfig {
  const config = readConfig(folder, "config.json");
  return {
    vision_config: readVitConfig(config.object("vision_config"), visionDefaults),
    text_config: textConfig(config.object("text_config")),
    image_text_hidden_size: config.size("image_text_hidden_size", 256),
  };
}

/** transformers' defaults: ViT-B at 384 × 384. */
const visionDefaults: VitConfig = {
  hidden_size: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  image_size: 384,
  patch_size: 16,
  layer_norm_eps: 1e-5,
};

function textConfig(config: Config): BlipTextConfig {
  config.oneOf("hidden_act", ["gelu"], "gelu");
  const hidden_size = config.size("hidden_size", 768);
  const vocab_size = config.size("vocab_size", 30524);
  return {
    vocab_size,
    hidden_size,
    num_hidden_layers: config.size("num_hidden_layers", 12),
    num_attention_heads: textHeads(config, hidden_size),
    max_position_embeddings: config.size("max_position_embeddings", 512),
    layer_norm_eps: config.number("layer_norm_eps", 1e-12),
    bos_token_id: config.index("bos_token_id", vocab_size, 30522),
    sep_token_id: config.index("sep_token_id", vocab_size, 102),
  };
}

/** transformers' default of 8 is wrong for every published checkpoint: they have 12, also where the key is absent (models.md §1.2). */
function textHeads(config: Config, hidden_size: number): number {
  return config.divisor("num_attention_heads", hidden_size, hidden_size === 768 ? 12 : undefined);
}
