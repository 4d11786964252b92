import type { Config } from "../../checkpoint/config.ts";

/** The parts of a vision_config that the tower needs; names are the file's. */
export interface VitConfig {
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly image_size: number;
  readonly patch_size: number;
  readonly layer_norm_eps: number;
}

/** Reads a vision_config; what it lacks is `usual`. Throws a CheckpointError for an activation other than the exact gelu. */
export function readVitConfig(config: Config, usual: VitConfig): VitConfig {
  config.oneOf("hidden_act", ["gelu"], "gelu");
  const hidden_size = config.size("hidden_size", usual.hidden_size);
  return {
    hidden_size,
    num_hidden_layers: config.size("num_hidden_layers", usual.num_hidden_layers),
    num_attention_heads: config.divisor("num_attention_heads", hidden_size, usual.num_attention_heads),
    image_size: config.size("image_size", usual.image_size),
    patch_size: config.size("patch_size", usual.patch_size),
    layer_norm_eps: config.number("layer_norm_eps", usual.layer_norm_eps),
  };
}
