import type { TensorRef } from "../../checkpoint/tensor-ref.ts";
import type { Weights } from "../../checkpoint/weights.ts";
import { attend, attendWithPast, mergeHeads, type KeyValues } from "../../layers/attention.ts";
import { embedding, leadingPositions } from "../../layers/embedding.ts";
import { linear } from "../../layers/linear.ts";
import { layerNorm } from "../../layers/norm.ts";
import { gelu } from "../../onnx/activations.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import { addAndNorm, keyValues, queries, selfRows } from "../bert/layers.ts";
import type { DecoderInputs, DecoderStates } from "../decoder-network.ts";
import type { TextInputs } from "../encoder-network.ts";
import type { BlipTextConfig } from "./config.ts";

/** BLIP's BERT: post-norm, with cross-attention in every layer (models.md §1.5). */

export interface EncoderInputs extends TextInputs {
  /** [batch, patches, width]; without it the layers skip their cross-attention. */
  readonly image?: Tensor;
}

/** Every row sees every row that the mask leaves visible → states [batch, rows, hidden] */
export function bertEncoder({ ids, mask, image }: EncoderInputs, w: Weights, config: BlipTextConfig): Tensor {
  const positions = leadingPositions(ids, positionTable(w, config));
  let x = embeddings(ids, positions, w.at("embeddings"), config);
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const at = w.at("encoder.layer", i);
    const { queries, own } = selfRows(x, at.at("attention.self"), config.num_attention_heads);
    x = layer(x, at, config, {
      self: attend(queries, own, mask),
      ...(image && { cross: (q) => attend(q, crossKeyValues(image, at, config)) }),
    });
  }
  return x;
}

/** Every row sees what its mask shows of the past and of its own pass, and all of the memory. */
export function bertDecoder(
  inputs: DecoderInputs,
  w: Weights,
  config: BlipTextConfig,
): Pick<DecoderStates, "states" | "own"> {
  const { mask, past, memory, memoryMask } = inputs;
  const positions = embedding(inputs.positions, positionTable(w, config));
  let x = embeddings(inputs.ids, positions, w.at("embeddings"), config);
  const own: KeyValues[] = [];
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const at = w.at("encoder.layer", i);
    const rows = selfRows(x, at.at("attention.self"), config.num_attention_heads);
    x = layer(x, at, config, {
      self: mergeHeads(attendWithPast(rows.queries, past[i]!, rows.own, mask)),
      cross: (q) => attend(q, memory[i]!, memoryMask),
    });
    own.push(rows.own);
  }
  return { states: x, own };
}

/** What each layer's cross-attention reads of states [batch, memory, width]; it does not depend on the decoder's rows. */
export function memoryOf(states: Tensor, w: Weights, config: BlipTextConfig): KeyValues[] {
  return Array.from({ length: config.num_hidden_layers }, (_, i) => memoryOfLayer(i, states, w, config));
}

export function memoryOfLayer(i: number, states: Tensor, w: Weights, config: BlipTextConfig): KeyValues {
  return crossKeyValues(states, w.at("encoder.layer", i), config);
}

function positionTable(
  w: Weights,
  { max_position_embeddings: positions, hidden_size: width }: BlipTextConfig,
): TensorRef {
  return w.tensor("embeddings.position_embeddings.weight", [positions, width]);
}

function embeddings(ids: Tensor, positions: Tensor, w: Weights, config: BlipTextConfig): Tensor {
  const words = w.tensor("word_embeddings.weight", [config.vocab_size, config.hidden_size]);
  return layerNorm(embedding(ids, words).add(positions), w.at("LayerNorm"), config.layer_norm_eps);
}

interface Attention {
  /** What comes of the rows' looking at each other, [batch, rows, hidden]. */
  readonly self: Tensor;
  /** Queries in heads → [batch, rows, hidden] */
  readonly cross?: (q: Tensor) => Tensor;
}

function layer(x: Tensor, w: Weights, config: BlipTextConfig, attention: Attention): Tensor {
  const { layer_norm_eps: eps, num_attention_heads: heads } = config;
  x = addAndNorm(x, attention.self, w.at("attention.output"), eps);
  if (attention.cross) {
    x = addAndNorm(
      x,
      attention.cross(queries(x, w.at("crossattention.self"), heads)),
      w.at("crossattention.output"),
      eps,
    );
  }
  return addAndNorm(x, gelu(linear(x, w.at("intermediate.dense"))), w.at("output"), eps);
}

function crossKeyValues(states: Tensor, w: Weights, { num_attention_heads: heads }: BlipTextConfig): KeyValues {
  return keyValues(states, w.at("crossattention.self"), heads);
}
