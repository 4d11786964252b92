import type { Weights } from "../../checkpoint/weights.ts";
import { activations } from "../../layers/activation.ts";
import { multiHeadAttention } from "../../layers/attention.ts";
import { linear } from "../../layers/linear.ts";
import { layerNorm } from "../../layers/norm.ts";
import { pauseAfter } from "../../layers/pause.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import type { TowerConfig } from "./config.ts";

/** The pre-norm blocks that CLIP and SigLIP share, the first `blocks` of them: x [batch, rows, hidden] → the same. */
export function runBlocks(x: Tensor, w: Weights, config: TowerConfig, blocks: number): Tensor {
  for (let i = 0; i < blocks; i++) {
    x = block(x, w.at("encoder.layers", i), config);
    pauseAfter(x, { index: i, layers: blocks });
  }
  return x;
}

function block(x: Tensor, w: Weights, config: TowerConfig): Tensor {
  const { layer_norm_eps: eps, num_attention_heads: heads } = config;
  x = x.add(selfAttention(layerNorm(x, w.at("layer_norm1"), eps), w.at("self_attn"), heads));
  x = x.add(mlp(layerNorm(x, w.at("layer_norm2"), eps), w.at("mlp"), config));
  return x;
}

function selfAttention(x: Tensor, w: Weights, heads: number): Tensor {
  const [q, k, v] = ["q_proj", "k_proj", "v_proj"].map((name) => linear(x, w.at(name))) as [Tensor, Tensor, Tensor];
  return linear(multiHeadAttention(q, k, v, heads), w.at("out_proj"));
}

function mlp(x: Tensor, w: Weights, { hidden_act }: TowerConfig): Tensor {
  return linear(activations[hidden_act](linear(x, w.at("fc1"))), w.at("fc2"));
}
