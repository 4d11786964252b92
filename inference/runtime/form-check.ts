import * as layers from "../layers/attention.ts";
import { Graph } from "../onnx/graph.ts";
import { gemmOfRows } from "../onnx/rows.ts";
import { CPU, type FloatType, type Target } from "../onnx/target.ts";
import type { Tensor as Value } from "../onnx/tensor.ts";
import { elements, type Tensor } from "../tensor.ts";
import { createSession, type NamedTensors } from "./session.ts";

/** Kernels that go wrong do so in rows and over keys beyond a subgroup's lanes; no adapter has more than 128 of those. */
const [BATCH, ROWS, PAST, HEADS, KV_HEADS, HEAD_DIM] = [2, 133, 45, 4, 2, 32];
/** Of a long product's sums, which float16 may lose track of. */
const INNER = 1024;
/**
 * Of the largest value. Rounding makes differences of about 1e-6 and, in float16, 4e-3; what is wrong was 0.016 wrong at
 * least.
 */
const TOLERANCE: Readonly<Record<FloatType, number>> = { float32: 1e-3, float16: 1e-2 };

const SHAPES = {
  q: [BATCH, ROWS, HEADS * HEAD_DIM],
  k: [BATCH, ROWS, HEADS * HEAD_DIM],
  v: [BATCH, ROWS, HEADS * HEAD_DIM],
  text_mask: [BATCH, 1, 1, ROWS],
  own_k: [BATCH, KV_HEADS, ROWS, HEAD_DIM],
  own_v: [BATCH, KV_HEADS, ROWS, HEAD_DIM],
  past_k: [BATCH, KV_HEADS, PAST, HEAD_DIM],
  past_v: [BATCH, KV_HEADS, PAST, HEAD_DIM],
  mask: [BATCH, 1, ROWS, PAST + ROWS],
  rows: [ROWS, INNER],
} as const;

/** What models multiply by whose results on `target` are not the CPU's, by name; throws where the device cannot run them. */
export async function wrongForms(target: Target): Promise<readonly string[]> {
  const inputs = Object.fromEntries(Object.entries(SHAPES).map(([name, dims], i) => [name, wave(dims, i + 1)]));
  const actual = await results(target, inputs);
  const expected = await results(CPU, inputs);
  const tolerance = TOLERANCE[target.dtype];
  return Object.keys(expected).filter((form) => !areClose(actual[form]!, expected[form]!, tolerance));
}

async function results(target: Target, inputs: NamedTensors): Promise<NamedTensors> {
  const graph = new Graph("forms", target);
  for (const [form, y] of Object.entries(forms(graph))) graph.output(form, y, "float32");
  const session = await createSession(graph.build(), { threads: 1, device: target.device });
  try {
    return await session.run(inputs);
  } finally {
    await session.release();
  }
}

/** Linear layers, and every form of attention that models are made of. */
function forms(graph: Graph): Readonly<Record<string, Value>> {
  const exact = (name: keyof typeof SHAPES): Value => graph.input(name, "float32", SHAPES[name]);
  const input = (name: keyof typeof SHAPES): Value => exact(name).cast(graph.target.dtype);
  const [q, k, v, rows] = [input("q"), input("k"), input("v"), input("rows")];
  const [textMask, mask] = [exact("text_mask"), exact("mask")];
  const [heads, ...all] = [q, k, v].map((x) => layers.splitHeads(x, HEADS)) as [Value, Value, Value];
  const past = { keys: input("past_k"), values: input("past_v") };
  const own = { keys: input("own_k"), values: input("own_v") };
  return {
    multiHeadAttention: layers.multiHeadAttention(q, k, v, HEADS),
    attend: layers.attend(heads, { keys: all[0], values: all[1] }, textMask),
    attendWithPast: layers.attendWithPast(own.keys, past, own, mask),
    // By themselves, so that sums are long and do not cancel out.
    linear: gemmOfRows(rows, rows),
    attendInGroups: layers.attendInGroups(heads, past, own, layers.maskOfGroup(mask, HEADS / KV_HEADS)),
  };
}

/** Values that differ everywhere, from −1 to 1. */
function wave(dims: readonly number[], seed: number): Tensor {
  return { dims, data: Float32Array.from({ length: elements(dims) }, (_, i) => Math.sin(1.7 * i * seed + seed)) };
}

/** What is not a number is close to nothing. */
function areClose(actual: Tensor, expected: Tensor, tolerance: number): boolean {
  const [a, b] = [actual.data as Float32Array, expected.data as Float32Array];
  const largest = b.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return a.length === b.length && a.every((value, i) => Math.abs(value - b[i]!) <= tolerance * largest);
}
