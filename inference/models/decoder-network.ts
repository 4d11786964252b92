import { MASKED, type KeyValues } from "../layers/attention.ts";
import type { Graph } from "../onnx/graph.ts";
import { logSumExp, scatterRows, slice, topK } from "../onnx/operators.ts";
import { type Dim, productDim, sumDims } from "../onnx/shape.ts";
import type { Tensor } from "../onnx/tensor.ts";
import { outputTogether } from "../onnx/together.ts";
import { CHUNK, type DecoderPart, type DecoderParts, wholePass } from "./decoder-parts.ts";
import type { DecoderNetwork, DecoderShape } from "./model.ts";
import { networkBuilder } from "./network-builder.ts";
import { passWithChunk } from "./pass-with-chunk.ts";

/** What sets a language model's graph apart from others, beside its shape. */
export interface DecoderSpec extends DecoderShape {
  /** How rows know their places: from position_ids, or from their distances to each other. */
  readonly positions: "absolute" | "relative";
  /** Tokens that are never chosen: placeholders, padding of the vocabulary. */
  readonly suppressedTokenIds?: readonly number[];
  /** Where the model asks its inputs which rows attend together, a pass may have a chunk beside its other rows. */
  readonly attends?: "by parts";
}

/** The graph's inputs as DecoderNetwork names them; past and memory have one entry for each layer. */
export interface DecoderInputs {
  /** int64 [batch, rows], or of all parts' rows [1, rows] */
  readonly ids: Tensor;
  /** As ids where positions are absolute, else distances int64 [batch, rows, past + rows]. */
  readonly positions: Tensor;
  /** Which rows attend together; the only part, for models that know of no others. */
  readonly parts: DecoderParts;
  readonly mask: Tensor;
  readonly past: readonly KeyValues[];
  /** Empty without a memory. */
  readonly memory: readonly KeyValues[];
  /** Added to the scores of the memory, [batch, 1, 1, memory]; only with a memory. */
  readonly memoryMask: Tensor | undefined;
  /** Embeddings, [as ids, width], with the features in their places. */
  readonly withFeatures: (embeddings: Tensor) => Tensor;
}

/** What a language model makes of its inputs. */
export interface DecoderStates {
  /** [as ids, hidden] */
  readonly states: Tensor;
  /** Each layer's keys and values of these rows, [batch, heads, rows, headDim], for later passes. */
  readonly own: readonly KeyValues[];
  /** The same of a chunk, [1, heads, chunk, headDim]; none where there is no such part. */
  readonly ownOfChunk?: readonly KeyValues[];
  /** [wanted, hidden] → [wanted, vocabulary] */
  readonly head: (rows: Tensor) => Tensor;
}

/** A language model as the runtime takes it. */
export function decoderNetwork(spec: DecoderSpec, model: (inputs: DecoderInputs) => DecoderStates): DecoderNetwork {
  const { layers, heads, queriesPerHead = 1, headDim, vocabularySize, maxPositions, hasMemory, featureWidth } = spec;
  const build = networkBuilder("decoder", (graph) => writeDecoder(graph, spec, model));
  const shape = { layers, heads, queriesPerHead, headDim, vocabularySize, maxPositions, hasMemory };
  return { build, ...shape, ...(featureWidth === undefined ? {} : { featureWidth }) };
}

function writeDecoder(graph: Graph, spec: DecoderSpec, model: (inputs: DecoderInputs) => DecoderStates): void {
  const inputs = decoderInputs(graph, spec);
  const wanted = graph.input("logit_rows", "int64", ["wanted"]);
  const { states, own, ownOfChunk = [], head } = model(inputs);
  const [rows, hidden] = [productDim(states.shape.slice(0, -1)), states.dim(-1)];
  const logits = head(states.reshape([rows, hidden]).gather(wanted)).cast("float32");
  outputLogits(graph, suppress(logits, spec));
  outputKeyValues(graph, "", own);
  outputKeyValues(graph, CHUNK, ownOfChunk);
}

function outputKeyValues(graph: Graph, prefix: string, own: readonly KeyValues[]): void {
  const outputs = own.flatMap(({ keys, values }, i) => [
    [`${prefix}k.${i}`, keys] as const,
    [`${prefix}v.${i}`, values] as const,
  ]);
  outputTogether(graph, outputs, graph.target.cache);
}

function decoderInputs(graph: Graph, spec: DecoderSpec): DecoderInputs {
  const { positions, hasMemory, featureWidth } = spec;
  const features = featureWidth === undefined ? undefined : featureInputs(graph, featureWidth);
  const part = partInputs(graph, spec);
  const hasChunk = spec.attends === "by parts" && graph.target.mixes === true;
  const parts = hasChunk ? passWithChunk(part, chunkInputs(graph, spec)) : wholePass(part);
  const places = hasChunk ? [1, sumDims([productDim(["batch", "rows"]), "chunk"])] : ["batch", "rows"];
  return {
    ids: graph.input("input_ids", "int64", places),
    positions:
      positions === "absolute"
        ? graph.input("position_ids", "int64", places)
        : graph.input("distances", "int64", ["batch", "rows", "past + rows"]),
    parts,
    ...part,
    memory: hasMemory ? keyValueInputs(graph, { name: "memory", batch: "batch", rows: "memory" }, spec) : [],
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

function partInputs(graph: Graph, spec: DecoderSpec): DecoderPart {
  const mask = graph.input("mask", "float32", ["batch", 1, "rows", "past + rows"]);
  return { mask, past: keyValueInputs(graph, { name: "past", batch: "batch", rows: "past" }, spec) };
}

function chunkInputs(graph: Graph, spec: DecoderSpec): DecoderPart {
  const mask = graph.input(`${CHUNK}mask`, "float32", [1, 1, "chunk", "chunk past + chunk"]);
  return { mask, past: keyValueInputs(graph, { name: `${CHUNK}past`, batch: 1, rows: "chunk past" }, spec) };
}

/** `name`_k and _v of every layer, in the type of the cache: [batch, heads, rows, headDim] */
function keyValueInputs(
  graph: Graph,
  { name, batch, rows }: { readonly name: string; readonly batch: Dim; readonly rows: Dim },
  { layers, heads, headDim }: DecoderShape,
): KeyValues[] {
  const kept = (input: string): Tensor => graph.input(input, graph.target.cache, [batch, heads, rows, headDim]);
  return Array.from({ length: layers }, (_, i) => ({ keys: kept(`${name}_k.${i}`), values: kept(`${name}_v.${i}`) }));
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
