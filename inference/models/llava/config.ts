import { readConfig, type Config } from "../../checkpoint/config.ts";
import { clipDefaults, patchesAcross, towerConfig, type TowerConfig } from "../clip/config.ts";
import { llamaConfig, type LlamaConfig } from "../llama/config.ts";
import { siglipDefaults } from "../siglip/vision.ts";

/** The parts of config.json that the graphs and programs need; names are the file's, defaults transformers'. */
export interface LlavaConfig {
  readonly vision: Tower;
  readonly text_config: LlamaConfig;
  /** `<image>`: stands where a picture's rows go. */
  readonly image_token_index: number;
  readonly projector: Projector;
}

/** The vision tower, and what is taken from it. */
export interface Tower extends TowerConfig {
  readonly kind: "clip" | "siglip";
  /** Blocks that are run: the feature is the output of the last of them. */
  readonly blocks: number;
  /** Whether the feature's first row is left out: CLIP's is the whole picture's. */
  readonly dropsFirstRow: boolean;
  /** Whether a head, which nobody asks, lies in the file too. */
  readonly hasHead: boolean;
}

export interface Projector {
  readonly act: "gelu";
  readonly hasBias: boolean;
}

export function readLlavaConfig(folder: string): LlavaConfig {
  const config = readConfig(folder, "config.json");
  const text = llamaConfig(config.object("text_config"));
  const tied = text.tie_word_embeddings || config.boolean("tie_word_embeddings", false);
  return {
    vision: tower(config),
    text_config: { ...text, tie_word_embeddings: tied },
    image_token_index: config.index(imageTokenKey(config), text.vocab_size, 32000),
    projector: {
      act: config.oneOf("projector_hidden_act", ["gelu"], "gelu"),
      hasBias: config.boolean("multimodal_projector_bias", true),
    },
  };
}

/** Rows that the tower gives for a picture (or a tile of one), after the choice among them. */
export function featureRows(tower: Tower): number {
  const rows = patchesAcross(tower) ** 2 + (tower.kind === "clip" ? 1 : 0);
  return tower.dropsFirstRow ? rows - 1 : rows;
}

function tower(config: Config): Tower {
  const vision = config.object("vision_config");
  const kinds = { clip_vision_model: "clip", siglip_vision_model: "siglip" } as const;
  const kind = kinds[vision.oneOf("model_type", ["clip_vision_model", "siglip_vision_model"], "clip_vision_model")];
  const shape = towerConfig(vision, kind === "clip" ? clipDefaults : siglipDefaults);
  const strategy = config.oneOf("vision_feature_select_strategy", ["default", "full"], "default");
  return {
    ...shape,
    kind,
    blocks: blocksOf(config, shape),
    dropsFirstRow: strategy === "default",
    hasHead: kind === "siglip" && vision.boolean("vision_use_head", true),
  };
}

/** vision_feature_layer counts among the states before the first block and after each; from the end if negative. */
function blocksOf(config: Config, { num_hidden_layers: layers }: TowerConfig): number {
  const layer = config.within("vision_feature_layer", { from: -layers - 1, to: layers }, -2);
  return layer < 0 ? layers + 1 + layer : layer;
}

/** Both names are in use; transformers 5 writes the first. */
function imageTokenKey(config: Config): "image_token_index" | "image_token_id" {
  return config.has("image_token_index") ? "image_token_index" : "image_token_id";
}
