import { describe, expect, it } from "vitest";
import {
  attend,
  attendWithPast,
  mergeHeads,
  multiHeadAttention,
  splitHeads,
} from "../../../inference/layers/attention.ts";
import { Graph } from "../../../inference/onnx/graph.ts";
import { ShapeError } from "../../../inference/onnx/shape.ts";
import { CPU } from "../../../inference/onnx/target.ts";
import type { Tensor as Value } from "../../../inference/onnx/tensor.ts";
import { createSession } from "../../../inference/runtime/session.ts";
import type { Tensor } from "../../../inference/tensor.ts";

const [BATCH, HEADS, ROWS, KEYS, HEAD_DIM] = [2, 3, 4, 5, 6];
const WIDTH = HEADS * HEAD_DIM;

/** Values that differ everywhere, from −1 to 1. */
function values(dims: readonly number[], seed: number): Tensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return { dims, data: Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 * i * seed + seed)) };
}

async function run(graph: Graph, y: Value, inputs: Record<string, Tensor>): Promise<Tensor> {
  graph.output("y", y);
  const session = await createSession(graph.build(), { threads: 1 });
  return (await session.run(inputs)).y!;
}

/** Attention in plain loops: q, k, v [batch, rows, heads × headDim], mask [rows][keys]. */
function reference(q: Tensor, k: Tensor, v: Tensor, mask: (row: number, key: number) => number): number[] {
  const at = (x: Tensor, b: number, row: number, column: number) =>
    x.data[(b * x.dims[1]! + row) * WIDTH + column] as number;
  const result: number[] = [];
  for (let b = 0; b < BATCH; b++)
    for (let row = 0; row < q.dims[1]!; row++)
      for (let column = 0; column < WIDTH; column++) {
        const first = column - (column % HEAD_DIM);
        const weights = Array.from({ length: k.dims[1]! }, (_, key) => {
          let score = 0;
          for (let d = first; d < first + HEAD_DIM; d++) score += at(q, b, row, d) * at(k, b, key, d);
          return Math.exp(score / Math.sqrt(HEAD_DIM) + mask(row, key));
        });
        const sum = weights.reduce((a, b) => a + b);
        result.push(weights.reduce((total, weight, key) => total + (weight / sum) * at(v, b, key, column), 0));
      }
  return result;
}

/** [batch, a, width] and [batch, b, width] → [batch, a + b, width] */
function joined(a: Tensor, b: Tensor): Tensor {
  const item = (x: Tensor, i: number) =>
    [...(x.data as Float32Array)].slice(i * x.dims[1]! * WIDTH, (i + 1) * x.dims[1]! * WIDTH);
  const data = Array.from({ length: BATCH }, (_, i) => [...item(a, i), ...item(b, i)]).flat();
  return { dims: [BATCH, a.dims[1]! + b.dims[1]!, WIDTH], data: Float32Array.from(data) };
}

function expectClose(actual: Tensor, expected: readonly number[]): void {
  expect(actual.dims).toEqual([BATCH, ROWS, WIDTH]);
  expected.forEach((value, i) => expect(actual.data[i]).toBeCloseTo(value, 5));
}

const q = values([BATCH, ROWS, WIDTH], 1);
const k = values([BATCH, KEYS, WIDTH], 2);
const v = values([BATCH, KEYS, WIDTH], 3);

// What is written for WebGPU are operators of the standard, which the CPU runs as well.
const targets = [
  CPU,
  { device: "webgpu", dtype: "float32", attention: "decomposed", products: "blocks", cache: "float32" },
] as const;

describe.each(targets)("attention as $device has it", (target) => {
  it("of all rows over all keys equals plain loops", async () => {
    const graph = new Graph("test", target);
    const inputs = { q: "rows", k: "keys", v: "keys" };
    const [a, b, c] = Object.entries(inputs).map(([name, rows]) =>
      graph.input(name, "float32", ["batch", rows, WIDTH]),
    ) as [Value, Value, Value];
    expectClose(
      await run(graph, multiHeadAttention(a, b, c, HEADS), { q, k, v }),
      reference(q, k, v, () => 0),
    );
  });

  it("over keys in heads, masked, equals plain loops", async () => {
    const graph = new Graph("test", target);
    const keys = splitHeads(graph.input("k", "float32", ["batch", KEYS, WIDTH]), HEADS);
    const heads = splitHeads(graph.input("q", "float32", ["batch", ROWS, WIDTH]), HEADS);
    const seen = splitHeads(graph.input("v", "float32", ["batch", KEYS, WIDTH]), HEADS);
    const mask = graph.input("mask", "float32", [1, 1, 1, KEYS]);
    const y = await run(graph, attend(heads, { keys, values: seen }, mask), {
      ...{ q, k, v },
      mask: { dims: [1, 1, 1, KEYS], data: Float32Array.of(0, -1e30, 0, -1, 0) },
    });
    expectClose(
      y,
      reference(q, k, v, (_, key) => [0, -1e30, 0, -1, 0][key]!),
    );
  });

  it.each([0, 1, 7])("over %d past rows and its own equals attention over all of them", async (past) => {
    const graph = new Graph("test", target);
    const inHeads = (name: string, rows: string) =>
      splitHeads(graph.input(name, "float32", ["batch", rows, WIDTH]), HEADS);
    const seen = attendWithPast(
      inHeads("q", "rows"),
      { keys: inHeads("past_k", "past"), values: inHeads("past_v", "past") },
      { keys: inHeads("k", "rows"), values: inHeads("v", "rows") },
      graph.input("mask", "float32", [1, 1, "rows", "past + rows"]),
    );
    const width = past + ROWS;
    const causal = (row: number, key: number) => (key <= past + row ? 0 : -1e30);
    const [pastK, pastV] = [values([BATCH, past, WIDTH], 4), values([BATCH, past, WIDTH], 5)];
    const [ownK, ownV] = [values([BATCH, ROWS, WIDTH], 6), values([BATCH, ROWS, WIDTH], 7)];
    const data = Float32Array.from({ length: ROWS * width }, (_, i) => causal(Math.floor(i / width), i % width));
    const mask = { dims: [1, 1, ROWS, width], data };
    const actual = await run(graph, mergeHeads(seen), { q, past_k: pastK, past_v: pastV, k: ownK, v: ownV, mask });
    expectClose(actual, reference(q, joined(pastK, ownK), joined(pastV, ownV), causal));
  });

  it("names shapes that do not fit", () => {
    const graph = new Graph("test", target);
    const a = graph.input("a", "float32", ["batch", 4, WIDTH]);
    const b = graph.input("b", "float32", ["batch", 4, WIDTH + 1]);
    expect(() => multiHeadAttention(a, b, b, HEADS)).toThrow(ShapeError);
    expect(() => multiHeadAttention(a, b, b, HEADS)).toThrow("attention of a[batch, 4, 18] over b[batch, 4, 19]");
    expect(() => splitHeads(b, HEADS)).toThrow("b[batch, 4, 19] has no 3 equal heads");
  });
});
