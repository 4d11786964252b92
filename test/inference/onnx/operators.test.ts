import { describe, expect, it } from "vitest";
import { Graph } from "../../../inference/onnx/graph.ts";
import { relu } from "../../../inference/onnx/activations.ts";
import { clip, indices, logSumExp, topK } from "../../../inference/onnx/operators.ts";
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

  it("sum exponentials up, knowing the largest, whatever is masked", async () => {
    const graph = new Graph("test");
    const scores = graph.input("x", "float32", ["rows", 4]);
    const top = topK(scores, graph.int64([1], [1]), 1);
    graph.output("y", logSumExp(scores, top));
    const session = await createSession(graph.build(), { threads: 1 });
    const masked = Float32Array.of(300, 301, -3.4028234663852886e38, 299, -5, -5, -5, -5);
    const [large, equal] = (await session.run({ x: { dims: [2, 4], data: masked } })).y!.data;
    expect(large).toBeCloseTo(301 + Math.log(1 + Math.exp(-1) + Math.exp(-2)), 4);
    expect(equal).toBeCloseTo(-5 + Math.log(4), 6);
  });

  it("number the rows of whatever comes, and clip the numbers", async () => {
    const seven = { dims: [7, 4], data: new Float32Array(28) };
    const graph = new Graph("test");
    graph.output("y", clip(indices(graph.input("x", "float32", ["rows", 4]), 0), 2, 5));
    const session = await createSession(graph.build(), { threads: 1 });
    expect((await session.run({ x: seven })).y!.data).toEqual(BigInt64Array.of(2n, 2n, 2n, 3n, 4n, 5n, 5n));
  });
});
