import { describe, expect, it } from "vitest";
import { Graph } from "../../../inference/onnx/graph.ts";
import { clip, indices, relu } from "../../../inference/onnx/operators.ts";
import type { Tensor as Value } from "../../../inference/onnx/tensor.ts";
import { createSession } from "../../../inference/runtime/session.ts";
import type { Tensor } from "../../../inference/tensor.ts";

const x = { dims: [2, 4], data: Float32Array.of(-3, -0.5, 0.25, 2, 0, 1, -1, 8) };

async function of(write: (x: Value) => Value): Promise<Tensor> {
  const graph = new Graph("test");
  graph.output("y", write(graph.input("x", "float32", ["rows", 4])));
  const session = await createSession(graph.build(), { threads: 1 });
  return (await session.run({ x })).y!;
}

describe("operators that language models need", () => {
  it("cut off what is below zero", async () => {
    expect((await of(relu)).data).toEqual(Float32Array.of(0, 0, 0.25, 2, 0, 1, 0, 8));
  });

  it("number the rows of whatever comes, and clip the numbers", async () => {
    const seven = { dims: [7, 4], data: new Float32Array(28) };
    const graph = new Graph("test");
    graph.output("y", clip(indices(graph.input("x", "float32", ["rows", 4]), 0), 2, 5));
    const session = await createSession(graph.build(), { threads: 1 });
    expect((await session.run({ x: seven })).y!.data).toEqual(BigInt64Array.of(2n, 2n, 2n, 3n, 4n, 5n, 5n));
  });
});
