import { describe, expect, it } from "vitest";
import { openCheckpoint } from "../../../inference/checkpoint/checkpoint.ts";
import { linear, linearParts, projection } from "../../../inference/layers/linear.ts";
import { Graph } from "../../../inference/onnx/graph.ts";
import { concat } from "../../../inference/onnx/operators.ts";
import type { Tensor as Value } from "../../../inference/onnx/tensor.ts";
import { createSession } from "../../../inference/runtime/session.ts";
import { folderWith } from "../checkpoint/folder.ts";
import { refusal } from "../checkpoint/refusal.ts";
import { float32, safetensors } from "../checkpoint/safetensors-writer.ts";

const file = safetensors({
  "fc.weight": { ...float32(1, 2, 3, 4, 5, 6, 7, 8), shape: [4, 2] },
  "fc.bias": float32(10, 20, 30, 40),
  "head.weight": { ...float32(1, 1), shape: [1, 2] },
});
const weights = openCheckpoint(folderWith({ "model.safetensors": file })).weights;

async function run(shape: readonly (string | number)[], layer: (x: Value) => Value, dims: readonly number[]) {
  const graph = new Graph("test");
  graph.output("y", layer(graph.input("x", "float32", shape)));
  const session = await createSession(graph.build(), { threads: 1 });
  const { y } = await session.run({ x: { dims, data: Float32Array.of(1, 1, 0, 1) } });
  return { dims: y!.dims, values: [...y!.data] };
}

const EXPECTED = [13, 27, 41, 55, 12, 24, 36, 48];

describe("linear", () => {
  const layer = (x: Value) => linear(x, weights.at("fc"));

  it.each([
    ["rows", ["rows", 2], [2, 2]],
    ["pictures", ["batch", 2, 2], [1, 2, 2]],
    ["texts of any length", ["batch", "rows", 2], [2, 1, 2]],
  ])("maps %s", async (_, shape, dims) => {
    expect(await run(shape, layer, dims)).toEqual({ dims: [...dims.slice(0, -1), 4], values: EXPECTED });
  });

  it("maps by parts of its weight", async () => {
    const parts = (x: Value) => concat(linearParts(x, weights.at("fc"), 2), -1);
    expect(await run(["rows", 2], parts, [2, 2])).toEqual({ dims: [2, 4], values: EXPECTED });
  });

  it("needs a bias, a projection needs none", async () => {
    const x = new Graph("test").input("x", "float32", ["rows", 2]);
    expect(refusal(() => linear(x, weights.at("head")))).toContain('tensor "head.bias": is not in the checkpoint');
    expect((await run(["rows", 2], (x) => projection(x, weights.at("head")), [2, 2])).values).toEqual([2, 1]);
  });

  it("maps for WebGPU by operators that it has", async () => {
    const graph = new Graph("test", {
      device: "webgpu",
      dtype: "float32",
      attention: "decomposed",
      products: "blocks",
      cache: "float32",
    });
    graph.output("y", linear(graph.input("x", "float32", ["batch", "rows", 2]), weights.at("fc")));
    const built = graph.build();
    expect(Buffer.from(built.bytes).includes("FusedMatMul")).toBe(false);
    const session = await createSession(built, { threads: 1 });
    const { y } = await session.run({ x: { dims: [2, 1, 2], data: Float32Array.of(1, 1, 0, 1) } });
    expect([...y!.data]).toEqual(EXPECTED);
  });

  it("names shapes that do not fit", () => {
    const x = new Graph("test").input("x", "float32", ["batch", 7, 3]);
    expect(() => linear(x, weights.at("fc"))).toThrow(
      /^x\/Reshape_0\[batch × 7, 3\] × transposed fc.weight\[4, 2\] \+ fc.bias\[4\]$/,
    );
  });
});
