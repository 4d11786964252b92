import type { Weights } from "../../checkpoint/weights.ts";
import { multiHeadAttention } from "../../layers/attention.ts";
import { linear, linearParts } from "../../layers/linear.ts";
import { layerNorm } from "../../layers/norm.ts";
import { concat, expand, gelu, patchConvolution } from "../../onnx/operators.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import type { BlipVisionConfig } from "./config.ts";
import { positionTable } from "./positions.ts";

/** BLIP's ViT (models.md §1.4): pixel_values [batch, 3, height, width] → image_embeds [batch, 1 + patches, hidden] */
export function visionModel(pixels: Tensor, w: Weights, config: BlipVisionConfig): Tensor {
  let x = embeddings(pixels, w.at("embeddings"), config);
  for (let i = 0; i < config.num_hidden_layers; i++) x = encoderLayer(x, w.at("encoder.layers", i), config);
  return layerNorm(x, w.at("post_layernorm"), config.layer_norm_eps);
}

/** A row for each patch, line by line, after one for the whole picture; each knows its place. */
function embeddings(pixels: Tensor, w: Weights, config: BlipVisionConfig): Tensor {
  const { hidden_size: hidden, image_size, patch_size: patch } = config;
  const grid = patchConvolution(
    pixels,
    w.tensor("patch_embedding.weight", [hidden, 3, patch, patch]),
    w.tensor("patch_embedding.bias"),
  );
  const [batch, , rows, columns] = grid.shape as [string, number, number, number];
  const patches = grid.reshape([batch, hidden, rows * columns]).transpose([0, 2, 1]);
  const classRow = expand(pixels.graph.value(w.tensor("class_embedding")), [batch, 1, hidden], patches);
  const side = Math.floor(image_size / patch);
  const positions = positionTable(
    pixels.graph,
    w.tensor("position_embedding"),
    { rows, columns },
    { rows: side, columns: side },
  );
  return concat([classRow, patches], 1).add(positions);
}

function encoderLayer(x: Tensor, w: Weights, config: BlipVisionConfig): Tensor {
  const { layer_norm_eps: eps, num_attention_heads: heads } = config;
  x = x.add(selfAttention(layerNorm(x, w.at("layer_norm1"), eps), w.at("self_attn"), heads));
  x = x.add(mlp(layerNorm(x, w.at("layer_norm2"), eps), w.at("mlp")));
  return x;
}

function selfAttention(x: Tensor, w: Weights, heads: number): Tensor {
  const [q, k, v] = linearParts(x, w.at("qkv"), 3) as [Tensor, Tensor, Tensor];
  return linear(multiHeadAttention(q, k, v, heads), w.at("projection"));
}

function mlp(x: Tensor, w: Weights): Tensor {
  return linear(gelu(linear(x, w.at("fc1"))), w.at("fc2"));
}
