import type { Matrix, Weights } from "../../checkpoint/weights.ts";
import { attend, attendWithPast, mergeHeads, type KeyValues } from "../../layers/attention.ts";
import { embedding } from "../../layers/embedding.ts";
import { product } from "../../layers/linear.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import { decoderNetwork, type DecoderInputs, type DecoderStates } from "../decoder-network.ts";
import type { DecoderNetwork, DecoderShape } from "../model.ts";
import type { T5Config } from "./config.ts";
import { wordMatrix, wordTable } from "./encoder.ts";
import { addAttended, feedForwardSublayer, norm, NO_SCALE, queries, selfRows } from "./layers.ts";
import { decoderBias } from "./relative-bias.ts";

/** The shape of its decoder, whatever the weights. */
export function t5Shape(config: T5Config): DecoderShape {
  return {
    layers: config.num_decoder_layers,
    heads: config.num_heads,
    headDim: config.d_kv,
    vocabularySize: config.vocab_size,
    maxPositions: config.n_positions,
    hasMemory: true,
  };
}

/** T5ForConditionalGeneration's decoder as the runtime takes it; its memory is `t5Memory`. */
export function t5Decoder(w: Weights, config: T5Config, suppressedTokenIds: readonly number[]): DecoderNetwork {
  const spec = { ...t5Shape(config), positions: "relative", suppressedTokenIds } as const;
  return decoderNetwork(spec, (inputs) => ({
    ...decoder(inputs, w, config),
    head: (rows) => product(scaled(rows, config), vocabularyMatrix(w, config)),
  }));
}

function decoder(inputs: DecoderInputs, w: Weights, config: T5Config): Pick<DecoderStates, "states" | "own"> {
  const { past, memory, memoryMask } = inputs;
  let x = embedding(inputs.ids, wordTable(w, config));
  const bias = decoderBias(inputs.positions, w.at("decoder.block.0.layer.0.SelfAttention"), config);
  const mask = bias.add(inputs.mask);
  const own: KeyValues[] = [];
  for (let i = 0; i < config.num_decoder_layers; i++) {
    const at = w.at("decoder.block", i, "layer");
    const [self, cross] = [at.at("0.SelfAttention"), at.at("1.EncDecAttention")];
    const rows = selfRows(norm(x, at.at("0.layer_norm"), config), self, config);
    own.push(rows.own);
    x = addAttended(x, mergeHeads(attendWithPast(rows.queries, past[i]!, rows.own, mask, NO_SCALE)), self);
    const q = queries(norm(x, at.at("1.layer_norm"), config), cross, config);
    x = addAttended(x, attend(q, memory[i]!, memoryMask, NO_SCALE), cross);
    x = feedForwardSublayer(x, at.at(2), config);
  }
  return { states: norm(x, w.at("decoder.final_layer_norm"), config), own };
}

function scaled(rows: Tensor, config: T5Config): Tensor {
  return config.scale_decoder_outputs ? rows.mul(config.d_model ** -0.5) : rows;
}

/** Without a matrix of its own, the head is tied to the words. */
function vocabularyMatrix(w: Weights, config: T5Config): Matrix {
  return w.optionalMatrix("lm_head.weight", [config.vocab_size, config.d_model]) ?? wordMatrix(w, config);
}
