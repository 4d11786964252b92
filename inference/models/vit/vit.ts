import type { Weights } from "../../checkpoint/weights.ts";
import { multiHeadAttention } from "../../layers/attention.ts";
import { affine, linear, linearParts, matrixParts } from "../../layers/linear.ts";
import { layerNorm } from "../../layers/norm.ts";
import { pauseAfter } from "../../layers/pause.ts";
import { gelu } from "../../onnx/activations.ts";
import { concat, expand, patchConvolution } from "../../onnx/operators.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import type { VitConfig } from "./config.ts";
import { positionTable } from "./positions.ts";

/** The pre-norm ViT of BLIP and BLIP-2 (models.md §1.4): pixel_values [batch, 3, height, width] → [batch, 1 + patches, hidden] */
export function visionTransformer(pixels: Tensor, w: Weights, config: VitConfig): Tensor {
  let x = embeddings(pixels, w.at("embeddings"), config);
  for (let i = 0; i < config.num_hidden_layers; i++) {
    x = encoderLayer(x, w.at("encoder.layers", i), config);
    pauseAfter(x, { index: i, layers: config.num_hidden_layers });
  }
  return layerNorm(x, w.at("post_layernorm"), config.layer_norm_eps);
}

/** Rows that the tower makes of a picture: one for each patch, and one for the whole. */
export function imageRows(
  { patch_size: patch }: VitConfig,
  pictures: { readonly height: number; readonly width: number },
): number {
  return 1 + Math.floor(pictures.height / patch) * Math.floor(pictures.width / patch);
}

/** A row for each patch, line by line, after one for the whole picture; each knows its place. */
function embeddings(pixels: Tensor, w: Weights, config: VitConfig): Tensor {
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

function encoderLayer(x: Tensor, w: Weights, config: VitConfig): Tensor {
  const { layer_norm_eps: eps, num_attention_heads: heads } = config;
  x = x.add(selfAttention(layerNorm(x, w.at("layer_norm1"), eps), w.at("self_attn"), heads));
  x = x.add(mlp(layerNorm(x, w.at("layer_norm2"), eps), w.at("mlp")));
  return x;
}

function selfAttention(x: Tensor, w: Weights, heads: number): Tensor {
  const [q, k, v] = queriesKeysValues(x, w) as [Tensor, Tensor, Tensor];
  return linear(multiHeadAttention(q, k, v, heads), w.at("projection"));
}

/** Files that come from LAVIS may hold the biases of queries and values alone; those of keys are zero (models.md §2.3). */
function queriesKeysValues(x: Tensor, w: Weights): Tensor[] {
  if (w.has("qkv.bias") || !w.has("q_bias")) return linearParts(x, w.at("qkv"), 3);
  const width = x.dim(-1) as number;
  const biases = [w.tensor("q_bias", [width]), zeros(x, width), w.tensor("v_bias", [width])];
  return matrixParts(w.matrix("qkv.weight", undefined, "many"), 3).map((weight, i) => affine(x, weight, biases[i]!));
}

function zeros({ graph }: Tensor, width: number): Tensor {
  return graph.float32([width], new Float32Array(width), `zeros[${width}]`);
}

function mlp(x: Tensor, w: Weights): Tensor {
  return linear(gelu(linear(x, w.at("fc1"))), w.at("fc2"));
}
