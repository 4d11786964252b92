import { MASKED, type KeyValues } from "../layers/attention.ts";
import type { Graph } from "../onnx/graph.ts";
import { logSumExp, scatterRows, slice, topK } from "../onnx/operators.ts";
import type { Tensor } from "../onnx/tensor.ts";
import type { DecoderNetwork, DecoderShape } from "./model.ts";
import { networkBuilder } from "./network-builder.ts";

/** What sets a language model's graph apart from others, beside its shape. */
export interface DecoderSpec extends DecoderShape {
  /** How rows know their places: from position_ids, or from their distances to each other. */
  readonly positions: "absolute" | "relative";
  /** Tokens that are never chosen: placeholders, padding of the vocabulary. */
  readonly suppressedTokenIds?: readonly number[];
}

/** The graph's inputs as DecoderNetwork names them; past and memory have one entry for each layer. */
export interface DecoderInputs {
  /** int64 [batch, rows] */
  readonly ids: Tensor;
  /** int64 [batch, rows] where positions are absolute, else distances int64 [batch, rows, past + rows]. */
  readonly positions: Tensor;
  /** Added to scores, [batch, 1, rows, past + rows]. */
  readonly mask: Tensor;
  readonly past: readonly KeyValues[];
  /** Empty without a memory. */
  readonly memory: readonly KeyValues[];
  /** Added to the scores of the memory, [batch, 1, 1, memory]; only with a memory. */
  readonly memoryMask: Tensor | undefined;
  /** Embeddings [batch, rows, width] with the features in their places. */
  readonly withFeatures: (embeddings: Tensor) => Tensor;
}

/** What a language model makes of its inputs. */
export interface DecoderStates {
  /** [batch, rows, hidden] */
  readonly states: Tensor;
  /** Each layer's keys and values of these rows, [batch, heads, rows, headDim], for later passes. */
  readonly own: readonly KeyValues[];
  /** [wanted, hidden] → [wanted, vocabulary] */
  readonly head: (rows: Tensor) => Tensor;
}

/** A language model as the runtime takes it. */
export function decoderNetwork(spec: DecoderSpec, model: (inputs: DecoderInputs) => DecoderStates): DecoderNetwork {
  const { layers, heads, headDim, vocabularySize, maxPositions, hasMemory, featureWidth } = spec;
  const build = networkBuilder("decoder", (graph) => writeDecoder(graph, spec, model));
  const shape = { layers, heads, headDim, vocabularySize, maxPositions, hasMemory };
  return { build, ...shape, ...(featureWidth === undefined ? {} : { featureWidth }) };
}

function writeDecoder(graph: Graph, spec: DecoderSpec, model: (inputs: DecoderInputs) => DecoderStates): void {
  const inputs = decoderInputs(graph, spec);
  const wanted = graph.input("logit_rows", "int64", ["wanted"]);
  const { states, own, head } = model(inputs);
  const hidden = states.dim(-1);
  const logits = head(states.reshape(["batch × rows", hidden]).gather(wanted)).cast("float32");
  outputLogits(graph, suppress(logits, spec));
  own.forEach(({ keys, values }, i) => {
    graph.output(`k.${i}`, keys, graph.target.cache);
    graph.output(`v.${i}`, values, graph.target.cache);
  });
}

function decoderInputs(graph: Graph, spec: DecoderSpec): DecoderInputs {
  const { positions, hasMemory, featureWidth } = spec;
  const features = featureWidth === undefined ? undefined : featureInputs(graph, featureWidth);
  return {
    ids: graph.input("input_ids", "int64", ["batch", "rows"]),
    positions:
      positions === "absolute"
        ? graph.input("position_ids", "int64", ["batch", "rows"])
        : graph.input("distances", "int64", ["batch", "rows", "past + rows"]),
    mask: graph.input("mask", "float32", ["batch", 1, "rows", "past + rows"]),
    past: keyValueInputs(graph, "past", spec),
    memory: hasMemory ? keyValueInputs(graph, "memory", spec) : [],
    memoryMask: hasMemory ? graph.input("memory_mask", "float32", ["batch", 1, 1, "memory"]) : undefined,
    withFeatures: (embeddings) =>
      features === undefined ? embeddings : scatterRows(embeddings, features.places, features.values),
  };
}

interface Features {
  readonly values: Tensor;
  readonly places: Tensor;
}

function featureInputs(graph: Graph, width: number): Features {
  return {
    values: graph.input("features", "float32", ["featured", width]),
    places: graph.input("feature_rows", "int64", ["featured", 2]),
  };
}

/** `past` or `memory` of every layer, in the type of the cache: [batch, heads, past or memory, headDim] */
function keyValueInputs(graph: Graph, rows: "past" | "memory", { layers, heads, headDim }: DecoderShape): KeyValues[] {
  const shape = ["batch", heads, rows, headDim];
  const kept = (name: string): Tensor => graph.input(name, graph.target.cache, shape);
  return Array.from({ length: layers }, (_, i) => ({
    keys: kept(`${rows}_k.${i}`),
    values: kept(`${rows}_v.${i}`),
  }));
}

function suppress(logits: Tensor, { suppressedTokenIds = [], vocabularySize }: DecoderSpec): Tensor {
  if (suppressedTokenIds.length === 0) return logits;
  const bias = new Float32Array(vocabularySize);
  for (const id of suppressedTokenIds) bias[id] = MASKED;
  return logits.add(logits.graph.float32([vocabularySize], bias, "suppressed tokens"));
}

/** [wanted, k] → [wanted, 1] */
function first(top: Tensor): Tensor {
  const { graph } = top;
  return slice(top, 1, { from: graph.int64([1], [0]), to: graph.int64([1], [1]), length: 1 });
}

function outputLogits(graph: Graph, logits: Tensor): void {
  const top = topK(logits, graph.input("top_k", "int64", [1]), "k");
  graph.output("logits", logits);
  graph.output("top_logits", top.values);
  graph.output("top_ids", top.indices);
  graph.output("log_total", logSumExp(logits, { values: first(top.values), indices: first(top.indices) }));
}
