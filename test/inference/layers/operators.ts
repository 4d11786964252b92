import { Graph } from "../../../inference/onnx/graph.ts";
import type { Tensor as Value } from "../../../inference/onnx/tensor.ts";
import { createSession } from "../../../inference/runtime/session.ts";
import type { Tensor } from "../../../inference/tensor.ts";

/** Values that differ everywhere, from −1 to 1. */
export function values(dims: readonly number[], seed: number): Tensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return { dims, data: Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 * i * seed + seed)) };
}

/** What a function of symbolic tensors, each of its value's own shape, comes to. */
export async function computed(
  write: (...inputs: Value[]) => Value,
  ...inputs: readonly Tensor[]
): Promise<{ dims: readonly number[]; data: Float32Array }> {
  const graph = new Graph("test");
  const named = inputs.map(({ dims, data }, i) =>
    graph.input(`x${i}`, data instanceof BigInt64Array ? "int64" : "float32", dims),
  );
  graph.output("y", write(...named));
  const session = await createSession(graph.build(), { threads: 1 });
  const { y } = await session.run(Object.fromEntries(inputs.map((tensor, i) => [`x${i}`, tensor])));
  return { dims: y!.dims, data: y!.data as Float32Array };
}
