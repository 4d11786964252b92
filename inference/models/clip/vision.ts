import type { Weights } from "../../checkpoint/weights.ts";
import { layerNorm } from "../../layers/norm.ts";
import { concat, expand, patchConvolution } from "../../onnx/operators.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import { runBlocks } from "./blocks.ts";
import { patchesAcross, type TowerConfig } from "./config.ts";

/**
 * CLIP's vision tower (CLIPVisionTransformer) up to the output of its first `blocks` blocks, without the last norm:
 * pixel_values [batch, 3, image, image] → [batch, 1 + patches, hidden]
 */
export function clipVision(pixels: Tensor, w: Weights, config: TowerConfig, blocks: number): Tensor {
  const rows = embeddings(pixels, w.at("embeddings"), config);
  return runBlocks(layerNorm(rows, w.at("pre_layrnorm"), config.layer_norm_eps), w, config, blocks);
}

/** A row for the whole picture, then one for each patch, line by line; each knows its place. */
function embeddings(pixels: Tensor, w: Weights, config: TowerConfig): Tensor {
  const { hidden_size: hidden, patch_size: patch } = config;
  const grid = patchConvolution(pixels, w.tensor("patch_embedding.weight", [hidden, 3, patch, patch]));
  const patches = patchRows(grid, hidden);
  const classRow = pixels.graph.value(w.tensor("class_embedding", [hidden])).reshape([1, 1, hidden]);
  const rows = concat([expand(classRow, [patches.dim(0), 1, hidden], patches), patches], 1);
  return rows.add(w.tensor("position_embedding.weight", [1 + patchesAcross(config) ** 2, hidden]));
}

/** [batch, hidden, down, across] → [batch, down × across, hidden] */
export function patchRows(grid: Tensor, hidden: number): Tensor {
  const [batch, , down, across] = grid.shape as [string, number, number, number];
  return grid.reshape([batch, hidden, down * across]).transpose([0, 2, 1]);
}
