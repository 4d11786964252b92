import type { TensorRef } from "../../checkpoint/tensor-ref.ts";
import type { Weights } from "../../checkpoint/weights.ts";
import type { KeyValues } from "../../layers/attention.ts";
import { affine, linear } from "../../layers/linear.ts";
import { layerNorm } from "../../layers/norm.ts";
import { gelu } from "../../onnx/operators.ts";
import { Graph } from "../../onnx/graph.ts";
import type { Tensor } from "../../onnx/tensor.ts";
import type { BuiltNetwork, DecoderNetwork } from "../model.ts";
import { bertDecoder, type DecoderInputs } from "./bert.ts";
import type { BlipTextConfig } from "./config.ts";

/** text_decoder as the runtime sees it. */
export function decoderNetwork(w: Weights, config: BlipTextConfig): DecoderNetwork {
  const graph = decoderGraph(w, config);
  return {
    build: () => graph,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    headDim: config.hidden_size / config.num_attention_heads,
    vocabularySize: config.vocab_size,
    maxPositions: config.max_position_embeddings,
    hasMemory: true,
  };
}

/** With the inputs and outputs that DecoderNetwork names. */
function decoderGraph(w: Weights, config: BlipTextConfig): BuiltNetwork {
  const graph = new Graph("decoder");
  const inputs = decoderInputs(graph, config);
  const wanted = graph.input("logit_rows", "int64", ["wanted"]);
  const { states, own } = bertDecoder(inputs, w.at("bert"), config);
  const rows = states.reshape(["batch × rows", config.hidden_size]).gather(wanted);
  graph.output("logits", languageModelHead(rows, w, config));
  own.forEach(({ keys, values }, i) => {
    graph.output(`k.${i}`, keys);
    graph.output(`v.${i}`, values);
  });
  return graph.build();
}

function decoderInputs(graph: Graph, config: BlipTextConfig): DecoderInputs {
  return {
    ids: graph.input("input_ids", "int64", ["batch", "rows"]),
    positions: graph.input("position_ids", "int64", ["batch", "rows"]),
    mask: graph.input("mask", "float32", ["batch", 1, "rows", "past + rows"]),
    past: keyValueInputs(graph, "past", config),
    memory: keyValueInputs(graph, "memory", config),
    memoryMask: graph.input("memory_mask", "float32", ["batch", 1, 1, "memory"]),
  };
}

/** `past` or `memory` of every layer: [batch, heads, past or memory, headDim] */
function keyValueInputs(graph: Graph, rows: "past" | "memory", config: BlipTextConfig): KeyValues[] {
  const heads = config.num_attention_heads;
  const shape = ["batch", heads, rows, config.hidden_size / heads];
  return Array.from({ length: config.num_hidden_layers }, (_, i) => ({
    keys: graph.input(`${rows}_k.${i}`, "float32", shape),
    values: graph.input(`${rows}_v.${i}`, "float32", shape),
  }));
}

/** States [wanted, hidden] → logits [wanted, vocabulary]; the last matrix is tied to the word embeddings. */
function languageModelHead(x: Tensor, w: Weights, config: BlipTextConfig): Tensor {
  const predictions = w.at("cls.predictions");
  const transform = predictions.at("transform");
  const hidden = layerNorm(gelu(linear(x, transform.at("dense"))), transform.at("LayerNorm"), config.layer_norm_eps);
  return affine(hidden, vocabularyMatrix(w, config), vocabularyBias(predictions, config));
}

/** Some files hold the tied matrix a second time. */
function vocabularyMatrix(w: Weights, { vocab_size, hidden_size }: BlipTextConfig): TensorRef {
  const own = w.optional("cls.predictions.decoder.weight", [vocab_size, hidden_size]);
  return own ?? w.tensor("bert.embeddings.word_embeddings.weight");
}

/** Older files hold the bias twice, by either name. */
function vocabularyBias(predictions: Weights, { vocab_size }: BlipTextConfig): TensorRef {
  const second = predictions.optional("decoder.bias", [vocab_size]);
  return second && !predictions.has("bias") ? second : predictions.tensor("bias", [vocab_size]);
}
