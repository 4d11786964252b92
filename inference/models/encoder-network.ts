import { MASKED, type KeyValues } from "../layers/attention.ts";
import type { Graph } from "../onnx/graph.ts";
import type { Tensor } from "../onnx/tensor.ts";
import { outputTogether } from "../onnx/together.ts";
import type { EncoderNetwork } from "./model.ts";
import { partsBuilder } from "./network-builder.ts";

/** A network whose graph `write` writes. */
export function encoderNetwork(
  name: string,
  results: "cached" | "transient",
  write: (graph: Graph) => void,
): EncoderNetwork {
  return { name, cached: results === "cached", build: partsBuilder(name, write) };
}

export interface TextInputs {
  /** int64 [batch, rows] */
  readonly ids: Tensor;
  /** Added to each row's scores, [batch, 1, 1, rows]. */
  readonly mask: Tensor;
}

/** The inputs input_ids, and attention_mask, 1 on a text's own rows and 0 on padding; scores of padding are masked. */
export function textInputs(graph: Graph): TextInputs {
  const ids = graph.input("input_ids", "int64", ["batch", "rows"]);
  const visible = graph.input("attention_mask", "float32", ["batch", "rows"]);
  return { ids, mask: visible.sub(1).mul(-MASKED).reshape(["batch", 1, 1, "rows"]) };
}

/** What DecodeSpec.memory reads: memory_k.N and memory_v.N of every layer from `first` on, as the decoder takes them. */
export function memoryOutputs(graph: Graph, memory: readonly KeyValues[], first = 0): void {
  const outputs = memory.flatMap(({ keys, values }, i) => [
    [`memory_k.${first + i}`, keys] as const,
    [`memory_v.${first + i}`, values] as const,
  ]);
  outputTogether(graph, outputs, graph.target.cache);
}

/** The first row's states stand for the whole: [batch, rows, width] → [batch, width] */
export function firstRow(states: Tensor): Tensor {
  return states.select(1, 0);
}
