import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { Graph } from "../../../inference/onnx/graph.ts";
import { KVCache } from "../../../inference/runtime/kv-cache.ts";
import { ResidentCache } from "../../../inference/runtime/resident-cache.ts";
import { createSession, type Session } from "../../../inference/runtime/session.ts";
import { elements, type Tensor } from "../../../inference/tensor.ts";
import { target } from "../../support/device.ts";
import { NAMES, SHAPE as SHAPE_IN_FLOAT32 } from "./naive-kv-cache.ts";

const SHAPE = { ...SHAPE_IN_FLOAT32, dtype: target.cache };
const { heads, headDim } = SHAPE;
const ROW = NAMES.length * heads * headDim;

type Step = Readonly<Record<"kind" | "slot" | "other" | "rows", number>>;

/** The bits of the smallest positive normal number, and how many there are from it on. */
const [SMALLEST_FLOAT16, FLOAT16_NUMBERS] = [0x0400, 0x7800];

/** Values that no two calls share; in float16, none that are close in time. */
let next = 0;
function fresh(dims: readonly number[]): Tensor {
  const length = elements(dims);
  if (SHAPE.dtype === "float32") return { dims, data: Float32Array.from({ length }, () => ++next) };
  return { dims, data: Uint16Array.from({ length }, () => SMALLEST_FLOAT16 + (++next % FLOAT16_NUMBERS)) };
}

function outputs(prefix: string, dims: readonly number[]): Record<string, Tensor> {
  return Object.fromEntries(NAMES.map((name) => [prefix + name, fresh(dims)]));
}

/** Any of the ways in which a cache is written, at whatever place its numbers fall on. */
function take(cache: KVCache, { kind, slot, other, rows }: Step): void {
  const { slots, rows: capacity, memoryRows } = cache.capacity;
  const count = 1 + (rows % capacity);
  const to = slot % slots;
  const writes = [
    () =>
      cache.append(
        { slot: to, start: capacity - count, count },
        { entry: 1, outputs: outputs("", [2, heads, count, headDim]) },
      ),
    () => cache.begin(to),
    () => cache.setMemory(to, outputs("memory_", [heads, 1 + (rows % memoryRows), headDim])),
    () => cache.move({ from: to, to: other % slots }),
    () => cache.resize({ slots: 1 + (slot % 4), rows: 1 + rows, memoryRows: 1 + (other % 4) }),
    () => {
      cache.keep({ prefix: 1, slot: to, rows: count });
      cache.restore(other % slots, { prefix: 1, rows: count });
    },
  ];
  writes[kind % writes.length]!();
}

describe.skipIf(target.device === "cpu")("keys and values on the device", () => {
  let download: Session;
  beforeAll(async () => {
    const graph = new Graph("download", target);
    graph.output("y", graph.input("x", SHAPE.dtype, ["batch", heads, "rows", headDim]).add(0), SHAPE.dtype);
    download = await createSession(graph.build(), { threads: 1, device: "webgpu" });
  });

  /** All that a pass over these slots would be fed, as it lies on the device. */
  async function expectSame(cache: KVCache, resident: ResidentCache, first: number, batch: number): Promise<void> {
    const { feeds, giveBack } = await resident.inputs(cache, first, batch);
    const expected = cache.inputs(first, batch);
    expect(Object.keys(feeds).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, tensor] of Object.entries(expected)) {
      const fed = feeds[name]!;
      const there = "data" in fed ? fed : (await download.run({ x: fed })).y!;
      expect([name, there.dims, ...there.data]).toEqual([name, tensor.dims, ...tensor.data]);
    }
    giveBack();
  }

  it("are those of the cache, whatever is written, moved, kept or resized", async () => {
    const number = fc.nat(99);
    const steps = fc.array(fc.record({ kind: number, slot: number, other: number, rows: fc.nat(8) }), {
      minLength: 1,
      maxLength: 6,
    });
    const passes = fc.array(fc.record({ steps, first: number, batch: number }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(passes, async (passes) => {
        const resident = await ResidentCache.create(SHAPE);
        const cache = new KVCache(SHAPE, resident);
        cache.resize({ slots: 3, rows: 4, memoryRows: 2 });
        for (const { steps, first, batch } of passes) {
          for (const step of steps) take(cache, step);
          const from = first % cache.capacity.slots;
          await expectSame(cache, resident, from, 1 + (batch % (cache.capacity.slots - from)));
        }
        cache.clear();
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it("are sent whole once, and then row by row", async () => {
    const resident = await ResidentCache.create(SHAPE);
    const cache = new KVCache(SHAPE, resident);
    cache.resize({ slots: 2, rows: 8, memoryRows: 3 });
    await expectSame(cache, resident, 0, 2);
    expect(resident.sentElements).toBe(2 * (8 + 3) * ROW);
    for (let start = 0; start < 3; start++) {
      for (const slot of [0, 1])
        cache.append({ slot, start, count: 1 }, { entry: slot, outputs: outputs("", [2, heads, 1, headDim]) });
      await expectSame(cache, resident, 0, 2);
    }
    expect(resident.sentElements).toBe(2 * (8 + 3) * ROW + 3 * 2 * ROW);
  });
});
