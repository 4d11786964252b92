import { describe, expect, it } from "vitest";
import { type Checkpoint, openCheckpoint } from "../../../inference/checkpoint/checkpoint.ts";
import { quantised } from "../../../inference/checkpoint/precision.ts";
import { linear, linears, projection, projections } from "../../../inference/layers/linear.ts";
import { Graph } from "../../../inference/onnx/graph.ts";
import { concat } from "../../../inference/onnx/operators.ts";
import type { Tensor as Value } from "../../../inference/onnx/tensor.ts";
import { folderWith } from "../checkpoint/folder.ts";
import { safetensors, type TensorToWrite } from "../checkpoint/safetensors-writer.ts";
import { computed, values } from "./operators.ts";

const NAMES = ["q", "k", "v"];
const COLUMNS = 64;
const ROWS = { q: 64, k: 32, v: 40 } as const;

function tensor(shape: readonly number[], seed: number): TensorToWrite {
  const { data } = values(shape, seed);
  return { dtype: "F32", shape, data: new Uint8Array(data.buffer) };
}

/** Another matrix lies between them, by its name and in the file. */
function opened(rows: Readonly<Record<string, number>> = ROWS): Checkpoint {
  const places = Object.entries({ ...rows, o: 64 }).sort(([a], [b]) => a.localeCompare(b));
  const tensors = places.flatMap(([name, out], i) => [
    [`attn.${name}.bias`, tensor([out], i + 0.5)] as const,
    [`attn.${name}.weight`, tensor([out, COLUMNS], i + 0.3)] as const,
  ]);
  const file = safetensors(Object.fromEntries(tensors));
  return openCheckpoint(folderWith({ "config.json": "{}", "model.safetensors": file }));
}

/** Quantised for a network that asks for it all. */
async function served(checkpoint: Checkpoint, dtype: "int4" | "int8"): Promise<Checkpoint> {
  const graph = new Graph("asking");
  const x = graph.input("x", "float32", ["rows", COLUMNS]);
  linears(x, checkpoint.weights.at("attn"), NAMES);
  linear(x, checkpoint.weights.at("attn.o"));
  return (await quantised(checkpoint, dtype, { cache: folderWith({}) })).checkpoint;
}

const x = values([3, COLUMNS], 0.7);
const joined = (parts: readonly Value[]): Value => concat(parts, -1);

function numProducts(write: (x: Value) => readonly Value[]): number {
  const graph = new Graph("counted");
  write(graph.input("x", "float32", ["rows", COLUMNS])).forEach((y, i) => graph.output(`y${i}`, y));
  return Buffer.from(graph.build().bytes).toString("latin1").split("accuracy_level").length - 1;
}

describe("matrices that the same rows are multiplied by", () => {
  it.each(["int4", "int8"] as const)("are one product where they are quantised to %s", async (dtype) => {
    const attn = (await served(opened(), dtype)).weights.at("attn");
    expect(numProducts((x) => linears(x, attn, NAMES))).toBe(1);
    expect(numProducts((x) => NAMES.map((name) => linear(x, attn.at(name))))).toBe(3);
  });

  it.each(["int4", "int8"] as const)("come to the same as each by itself, in %s", async (dtype) => {
    const attn = (await served(opened(), dtype)).weights.at("attn");
    for (const [together, one] of [[linears, linear] as const, [projections, projection] as const]) {
      const y = await computed((x) => joined(together(x, attn, NAMES)), x);
      const apart = await computed((x) => joined(NAMES.map((name) => one(x, attn.at(name)))), x);
      expect(y.dims).toEqual([3, ROWS.q + ROWS.k + ROWS.v]);
      y.data.forEach((value, i) => expect(Math.abs(value - apart.data[i]!)).toBeLessThan(1e-5));
    }
  });

  it("are what the file has, in float32", async () => {
    const attn = opened().weights.at("attn");
    const y = await computed((x) => joined(linears(x, attn, NAMES)), x);
    expect(y).toEqual(await computed((x) => joined(NAMES.map((name) => linear(x, attn.at(name)))), x));
  });

  it("are products of their own where one is too small to be quantised", async () => {
    const attn = (await served(opened({ ...ROWS, k: 4 }), "int4")).weights.at("attn");
    expect(numProducts((x) => linears(x, attn, NAMES))).toBe(2);
    const y = await computed((x) => joined(linears(x, attn, NAMES)), x);
    expect(y.dims).toEqual([3, ROWS.q + 4 + ROWS.v]);
  });

  it("are products of their own for a picture's rows, whose cutting up would cost more", () => {
    const checkpoint = opened();
    const graph = new Graph("asking");
    linears(graph.input("x", "float32", ["batch", 577, COLUMNS]), checkpoint.weights.at("attn"), NAMES);
    const { matrices } = checkpoint.asked;
    expect([matrices.size, checkpoint.asked.together.size]).toEqual([3, 0]);
  });
});
