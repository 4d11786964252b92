import { MASKED, type KeyValues } from "../layers/attention.ts";
import { Graph } from "../onnx/graph.ts";
import type { Tensor } from "../onnx/tensor.ts";
import type { EncoderNetwork } from "./model.ts";

/** Builds at once: a checkpoint that does not fit fails while it is opened. */
export function encoderNetwork(
  name: string,
  results: "cached" | "transient",
  write: (graph: Graph) => void,
): EncoderNetwork {
  const graph = new Graph(name);
  write(graph);
  const built = graph.build();
  return { name, cached: results === "cached", build: () => built };
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

/** What DecodeSpec.memory reads: memory_k.N and memory_v.N of every layer. */
export function memoryOutputs(graph: Graph, memory: readonly KeyValues[]): void {
  memory.forEach(({ keys, values }, i) => {
    graph.output(`memory_k.${i}`, keys);
    graph.output(`memory_v.${i}`, values);
  });
}

/** The first row's states stand for the whole: [batch, rows, width] → [batch, width] */
export function firstRow(states: Tensor): Tensor {
  return states.select(1, 0);
}
