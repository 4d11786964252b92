import type { Config } from "../../checkpoint/config.ts";
import { activations, type ActivationName } from "../../layers/activation.ts";

/** A vision tower's config, CLIP's or SigLIP's; names are config.json's. */
export interface TowerConfig {
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly image_size: number;
  readonly patch_size: number;
  readonly hidden_act: ActivationName;
  readonly layer_norm_eps: number;
}

/** What transformers takes for keys that a file lacks. */
export type TowerDefaults = Pick<TowerConfig, "patch_size" | "hidden_act" | "layer_norm_eps">;

/** Of CLIPVisionConfig. */
export const clipDefaults: TowerDefaults = { patch_size: 32, hidden_act: "quick_gelu", layer_norm_eps: 1e-5 };

export function towerConfig(config: Config, defaults: TowerDefaults): TowerConfig {
  const hidden_size = config.size("hidden_size", 768);
  const names = Object.keys(activations) as ActivationName[];
  return {
    hidden_size,
    num_hidden_layers: config.size("num_hidden_layers", 12),
    num_attention_heads: config.divisor("num_attention_heads", hidden_size, 12),
    image_size: config.size("image_size", 224),
    patch_size: config.size("patch_size", defaults.patch_size),
    hidden_act: config.oneOf("hidden_act", names, defaults.hidden_act),
    layer_norm_eps: config.number("layer_norm_eps", defaults.layer_norm_eps),
  };
}

/** Patches of a picture down or across; a rest that makes no whole patch is dropped. */
export function patchesAcross({ image_size, patch_size }: TowerConfig): number {
  return Math.floor(image_size / patch_size);
}
