import { describe, expect, it } from "vitest";
import { openCheckpoint } from "../../../inference/checkpoint/checkpoint.ts";
import { attend } from "../../../inference/layers/attention.ts";
import { embedding } from "../../../inference/layers/embedding.ts";
import { linear, projection } from "../../../inference/layers/linear.ts";
import { layerNorm } from "../../../inference/layers/norm.ts";
import { feedForwardSublayer } from "../../../inference/models/t5/layers.ts";
import type { T5Config } from "../../../inference/models/t5/config.ts";
import { Graph } from "../../../inference/onnx/graph.ts";
import { createSession } from "../../../inference/runtime/session.ts";
import { folderWith } from "../checkpoint/folder.ts";
import { float32, safetensors } from "../checkpoint/safetensors-writer.ts";

const square = (scale: number) => ({ ...float32(scale, 0, 0, scale), shape: [2, 2] });
const file = safetensors({
  "fc.weight": square(1),
  "fc.bias": float32(0, 0),
  "norm.weight": float32(1, 1),
  "norm.bias": float32(0, 0),
  "layer_norm.weight": float32(1, 1),
  "DenseReluDense.wi_0.weight": square(300),
  "DenseReluDense.wi_1.weight": square(300),
  "DenseReluDense.wo.weight": square(2),
});
const w = openCheckpoint(folderWith({ "model.safetensors": file })).weights;
const target = {
  device: "webgpu",
  dtype: "float16",
  attention: "decomposed",
  products: "blocks",
  cache: "float16",
} as const;

describe("in float16", () => {
  const graph = new Graph("test", target);
  const x = graph.input("x", "float32", ["batch", "rows", 2]);

  it("linear layers multiply, and what runs through them stays float32", () => {
    const y = linear(x, w.at("fc"));
    expect(y.dtype).toBe("float16");
    expect(x.add(y).dtype).toBe("float32");
    expect(y.add(x).dtype).toBe("float32");
    expect(y.mul(2).dtype).toBe("float16");
    expect(layerNorm(y, w.at("norm"), 1e-12).dtype).toBe("float32");
    expect(projection(x, w.at("fc"), "float32").dtype).toBe("float32");
  });

  it("scores and their sums are float32", () => {
    const heads = linear(x, w.at("fc")).reshape(["batch", "rows", 1, 2]).transpose([0, 2, 1, 3]);
    expect(attend(heads, { keys: heads, values: heads }).dtype).toBe("float32");
  });

  it("a table takes half the memory, and its rows are float32", () => {
    const rows = embedding(graph.input("ids", "int64", ["batch", "rows"]), w.tensor("fc.weight"));
    expect(rows.dtype).toBe("float32");
    expect(rows.shape).toEqual(["batch", "rows", 2]);
  });

  it("integers and floats do not add up", () => {
    const ids = graph.input("counts", "int64", ["batch", "rows", 2]);
    expect(() => ids.add(x)).toThrow("Add of counts[batch, rows, 2] and x[batch, rows, 2]");
    expect(() => x.matmul(graph.input("half", "float16", [2, 2]))).toThrow("x[batch, rows, 2] × half[2, 2]");
  });

  it("what T5's feed-forward nets give may be larger than float16's largest number", async () => {
    const t5 = new Graph("t5", target);
    const config = { dense_act_fn: "gelu", layer_norm_epsilon: 1e-6 } as T5Config;
    t5.output("y", feedForwardSublayer(t5.input("x", "float32", ["batch", "rows", 2]), w, config));
    const session = await createSession(t5.build(), { threads: 1 });
    const { y } = await session.run({ x: { dims: [1, 1, 2], data: Float32Array.of(1, 1) } });
    // x + 2 · (300 · 1)², where the largest is 65504.
    expect((y!.data as Float32Array).map((value) => Math.round(value / 100))).toEqual(Float32Array.of(1800, 1800));
  });
});
