import type { Graph } from "./graph.ts";
import type { DType } from "./model-proto.ts";
import { concat } from "./operators.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Each result of a run on WebGPU is brought to JS memory by itself, and each input from there, which took 1.3 ms on an
 * NVIDIA H100 however small it was: so several go as one. More would be too large for some adapters, where a kernel may
 * bind 128 MiB.
 */
const TOGETHER = 8;
const BETWEEN = ",";

/** Those that go together. */
export function together<T>(all: readonly T[], size = TOGETHER): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

/** Outputs of one shape. On WebGPU some of them are one, one after the other along axis 0, whose name lists theirs. */
export function outputTogether(
  graph: Graph,
  outputs: readonly (readonly [name: string, Tensor])[],
  dtype: DType,
): void {
  for (const some of together(outputs, graph.target.device === "cpu" ? 1 : TOGETHER)) {
    const values = some.map(([, tensor]) => tensor.cast(dtype));
    graph.output(some.map(([name]) => name).join(BETWEEN), values.length > 1 ? concat(values, 0) : values[0]!, dtype);
  }
}

/** The names of what an output of a graph holds: its own, where it holds nothing else. */
export function namesTogether(output: string): readonly string[] {
  return output.split(BETWEEN);
}
