import type { Weights } from "../../checkpoint/weights.ts";
import { patchConvolution } from "../../onnx/operators.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import { runBlocks } from "../clip/blocks.ts";
import { patchesAcross, type TowerConfig, type TowerDefaults } from "../clip/config.ts";
import { patchRows } from "../clip/vision.ts";

/** Of SiglipVisionConfig. */
export const siglipDefaults: TowerDefaults = {
  patch_size: 16,
  hidden_act: "gelu_pytorch_tanh",
  layer_norm_eps: 1e-6,
};

/**
 * SigLIP's vision tower (SiglipVisionTransformer) up to the output of its first `blocks` blocks, without the last norm:
 * pixel_values [batch, 3, image, image] → [batch, patches, hidden]. There is no row for the whole picture.
 */
export function siglipVision(pixels: Tensor, w: Weights, config: TowerConfig, blocks: number): Tensor {
  const { hidden_size: hidden, patch_size: patch } = config;
  const at = w.at("embeddings");
  const grid = patchConvolution(
    pixels,
    at.tensor("patch_embedding.weight", [hidden, 3, patch, patch]),
    at.tensor("patch_embedding.bias", [hidden]),
  );
  const places = at.tensor("position_embedding.weight", [patchesAcross(config) ** 2, hidden]);
  return runBlocks(patchRows(grid, hidden).add(places), w, config, blocks);
}
