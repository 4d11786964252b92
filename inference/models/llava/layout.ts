import type { Weights } from "../../checkpoint/weights.ts";
import type { LlamaWeights } from "../llama/llama.ts";
import type { Tower } from "./config.ts";

/** Where the parts of a LLaVA checkpoint lie in its file. */
export interface LlavaWeights {
  readonly vision: Weights;
  readonly projector: Weights;
  readonly language: LlamaWeights;
  /** Holds `image_newline`, in LLaVA-1.6. */
  readonly newline: Weights;
}

/**
 * Finds the parts by either naming: as the published files have it, or as transformers calls them since 4.52
 * (models.md §3.1). What is found nowhere is looked for by its published name.
 */
export function findParts(w: Weights): LlavaWeights {
  return {
    vision: place(w, "embeddings.patch_embedding.weight", [
      "vision_tower.vision_model",
      "model.vision_tower.vision_model",
      "model.vision_tower",
      "vision_tower",
    ]),
    projector: place(w, "linear_1.weight", ["multi_modal_projector", "model.multi_modal_projector"]),
    language: {
      model: place(w, "embed_tokens.weight", ["language_model.model", "model.language_model", "language_model"]),
      head: place(w, "lm_head.weight", ["language_model", ""]),
    },
    newline: place(w, "image_newline", ["", "model"]),
  };
}

function place(w: Weights, tensor: string, paths: readonly [string, ...string[]]): Weights {
  const found = paths.find((path) => descend(w, path).has(tensor)) ?? paths[0];
  return descend(w, found);
}

function descend(w: Weights, path: string): Weights {
  return path === "" ? w : w.at(path);
}

/** Tensors of the tower that may lie unused in the file: blocks after the feature, the last norm, and a head. */
export function unusedByTower({ prefix }: Weights, tower: Tower): readonly RegExp[] {
  const later = Array.from({ length: tower.num_hidden_layers - tower.blocks }, (_, i) => tower.blocks + i);
  const at = `^${prefix.replaceAll(".", "\\.")}\\.`;
  return [
    new RegExp(`${at}post_layernorm\\.(weight|bias)$`),
    ...(later.length > 0 ? [new RegExp(`${at}encoder\\.layers\\.(${later.join("|")})\\.`)] : []),
    ...(tower.hasHead ? [new RegExp(`${at}head\\.`)] : []),
  ];
}
