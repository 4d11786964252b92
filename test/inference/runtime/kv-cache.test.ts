import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MASKED } from "../../../inference/runtime/cross-memory.ts";
import { KVCache } from "../../../inference/runtime/kv-cache.ts";
import type { PrefixMatch } from "../../../inference/scheduling/prefix-cache.ts";
import { float32, type Tensor } from "../../../inference/tensor.ts";
import { assertHolds, freshRows, type Held, memoryOf, NAMES, SHAPE } from "./naive-kv-cache.ts";

interface Join {
  readonly memoryRows: number;
  readonly masksLast: boolean;
  readonly broken: boolean;
  /** Which of the kept prefixes it begins with, if there are any, and how many of its rows. */
  readonly begins: { readonly with: number; readonly rows: number } | undefined;
}

type Step =
  | { readonly join: Join }
  | { readonly leave: number; readonly keeps: boolean }
  | {
      readonly pass: {
        readonly counts: readonly number[];
        readonly spare: { readonly slots: number; readonly rows: number };
      };
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    join: fc.record({
      memoryRows: fc.integer({ min: 1, max: 5 }),
      masksLast: fc.boolean(),
      broken: fc.boolean(),
      begins: fc.option(fc.record({ with: fc.nat(), rows: fc.nat() }), { nil: undefined }),
    }),
  }),
  fc.record({ leave: fc.nat(9), keeps: fc.boolean() }),
  fc.record({
    pass: fc.record({
      counts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 9, maxLength: 9 }),
      spare: fc.record({ slots: fc.nat(3), rows: fc.nat(9) }),
    }),
  }),
);

describe("KVCache", () => {
  it("holds what a naive cache holds, whoever joins, leaves, grows or is masked", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 30 }), sameAsNaive), { numRuns: 500 });
  });

  it("holds what a naive cache holds where it has no memory, and grows and shrinks where it is", () => {
    const blind = fc.array(step, { maxLength: 30 }).map((steps) => steps.map(withoutMemory));
    fc.assert(fc.property(blind, sameAsNaive), { numRuns: 500 });
  });

  it("feeds the graph its own memory, the front of it", () => {
    const cache = new KVCache(SHAPE);
    cache.resize({ slots: 4, rows: 8, memoryRows: 3 });
    const [two, four] = [cache.inputs(0, 2), cache.inputs(0, 4)];
    expect(two["past_k.1"]!.dims).toEqual([2, 3, 8, 2]);
    expect(two["memory_v.0"]!.dims).toEqual([2, 3, 3, 2]);
    expect(two.memory_mask!.dims).toEqual([2, 1, 1, 3]);
    for (const name of Object.keys(two)) expect(two[name]!.data.buffer).toBe(four[name]!.data.buffer);
  });

  it("feeds copies of the first rows where no more is asked for, which may be none", () => {
    const cache = new KVCache(SHAPE);
    cache.resize({ slots: 3, rows: 4, memoryRows: 0 });
    const data = Float32Array.from({ length: 12 }, (_, i) => i + 1);
    cache.append({ slot: 1, start: 0, count: 2 }, { entry: 0, outputs: outputsOf(float32([1, 3, 2, 2], data)) });
    const { dims, data: copied } = cache.inputs(1, 2, 2)["past_v.1"]!;
    expect(dims).toEqual([2, 3, 2, 2]);
    expect(copied).toEqual(Float32Array.of(...data, ...new Float32Array(12)));
    expect(cache.inputs(0, 3, 0)["past_k.0"]).toEqual({ dims: [3, 3, 0, 2], data: new Float32Array() });
  });

  it("has no memory to feed where the model has none", () => {
    const cache = new KVCache(SHAPE);
    cache.resize({ slots: 1, rows: 8, memoryRows: 0 });
    expect(Object.keys(cache.inputs(0, 1))).toEqual(NAMES.map((name) => `past_${name}`));
  });

  it("takes as many bytes beside a memory as its capacity says, and gives all back", () => {
    const cache = new KVCache(SHAPE);
    cache.resize({ slots: 4, rows: 8, memoryRows: 3 });
    expect(cache.bytes).toBe(4 * (4 * (8 + 3) * 3 * 2 * NAMES.length + 4 * 3));
    cache.resize({ slots: 2, rows: 4, memoryRows: 1 });
    expect(cache.bytes).toBe(4 * (2 * (4 + 1) * 3 * 2 * NAMES.length + 2));
    cache.clear();
    expect(cache.bytes).toBe(0);
  });

  it("takes as many bytes as its largest capacity without a memory said, until much less is needed or it is trimmed", () => {
    const cache = new KVCache(SHAPE);
    const bytesOf = (slots: number, rows: number): number => 4 * slots * rows * 3 * 2 * NAMES.length;
    cache.resize({ slots: 4, rows: 8, memoryRows: 0 });
    cache.resize({ slots: 1, rows: 2, memoryRows: 0 });
    expect(cache.bytes).toBe(bytesOf(4, 8));
    cache.resize({ slots: 1, rows: 1, memoryRows: 0 });
    expect(cache.bytes).toBe(bytesOf(1, 1));
    cache.resize({ slots: 1, rows: 4, memoryRows: 0 });
    cache.resize({ slots: 1, rows: 2, memoryRows: 0 });
    cache.trim();
    cache.update({ changes: [], capacity: cache.capacity, joins: [] });
    expect(cache.bytes).toBe(bytesOf(1, 2));
  });

  it("keeps rows of float16 as they come, in half the bytes", () => {
    const cache = new KVCache({ ...SHAPE, dtype: "float16" });
    const bits = (rows: number) => ({
      dims: [1, 3, rows, 2],
      data: Uint16Array.from({ length: 6 * rows }, (_, i) => i),
    });
    cache.resize({ slots: 2, rows: 2, memoryRows: 0 });
    cache.append({ slot: 1, start: 0, count: 2 }, { entry: 0, outputs: outputsOf(bits(2)) });
    cache.update({ changes: [{ kind: "keep", prefix: 0, slot: 1, rows: 2 }], joins: [], capacity: cache.capacity });
    const capacity = { slots: 3, rows: 3, memoryRows: 0 };
    cache.update({ changes: [], capacity, joins: [{ slot: 2, memory: undefined, prefix: { prefix: 0, rows: 2 } }] });
    const restored = cache.inputs(2, 1)["past_v.1"]!.data;
    expect(restored).toEqual(Uint16Array.of(0, 1, 2, 3, 0, 0, 4, 5, 6, 7, 0, 0, 8, 9, 10, 11, 0, 0));
    expect(cache.bytes).toBe(2 * (3 * 3 + 2) * 3 * 2 * NAMES.length);
  });

  it("reads a single slot's memory where it lies, and writes nothing to it", () => {
    const cache = new KVCache(SHAPE);
    cache.resize({ slots: 1, rows: 8, memoryRows: 3 });
    const whole = outputsOf(float32([3, 3, 2], new Float32Array(18).fill(5)));
    cache.setMemory(0, whole);
    expect(cache.inputs(0, 1)["memory_k.1"]!.data.buffer).toBe(whole["memory_k.1"]!.data.buffer);
    cache.setMemory(0, outputsOf(float32([3, 1, 2], new Float32Array(6).fill(7))));
    expect(cache.inputs(0, 1)["memory_k.1"]!.data).toEqual(
      Float32Array.of(7, 7, 0, 0, 0, 0, 7, 7, 0, 0, 0, 0, 7, 7, 0, 0, 0, 0),
    );
    expect(whole["memory_k.1"]!.data).toEqual(new Float32Array(18).fill(5));
  });

  it("copies what is part of a larger array, which would stay", () => {
    const cache = new KVCache(SHAPE);
    cache.resize({ slots: 1, rows: 8, memoryRows: 3 });
    const batch = new Float32Array(36).fill(5);
    cache.setMemory(0, outputsOf(float32([3, 3, 2], batch.subarray(18))));
    const { data } = cache.inputs(0, 1)["memory_v.0"]!;
    expect(data).toEqual(new Float32Array(18).fill(5));
    expect(data.buffer).not.toBe(batch.buffer);
  });

  it("copies nothing that keeps its place", () => {
    const cache = new KVCache(SHAPE);
    cache.resize({ slots: 2, rows: 8, memoryRows: 3 });
    const before = cache.inputs(0, 2);
    cache.resize({ slots: 2, rows: 16, memoryRows: 3 });
    const after = cache.inputs(0, 2);
    expect(after["memory_k.0"]!.data.buffer).toBe(before["memory_k.0"]!.data.buffer);
    expect(after["past_k.0"]!.data.buffer).not.toBe(before["past_k.0"]!.data.buffer);
  });
});

function outputsOf(tensor: Tensor): Record<string, Tensor> {
  return Object.fromEntries(
    NAMES.flatMap((name) => [
      [name, tensor],
      [`memory_${name}`, tensor],
    ]),
  );
}

function withoutMemory(step: Step): Step {
  return "join" in step ? { join: { ...step.join, memoryRows: 0, masksLast: false } } : step;
}

interface Stage {
  readonly cache: KVCache;
  readonly held: Held[];
  /** Row ids of those that left something. */
  readonly kept: (readonly number[])[];
  /** Of those that have not run yet. */
  readonly prefixes: Map<Held, PrefixMatch>;
}

function sameAsNaive(steps: readonly Step[]): void {
  const stage: Stage = { cache: new KVCache(SHAPE), held: [], kept: [], prefixes: new Map() };
  let nextId = 1;
  for (const one of steps) {
    if ("join" in one) join(stage, nextId++, one.join);
    else if ("leave" in one) leave(stage, one);
    else if (stage.held.length > 0) pass(stage, one.pass);
  }
}

function join({ held, kept, prefixes }: Stage, id: number, { memoryRows, masksLast, broken, begins }: Join): void {
  const memoryMask = masksLast
    ? Array.from({ length: memoryRows }, (_, i) => (i === memoryRows - 1 ? MASKED : 0))
    : undefined;
  const one: Held = { id, memoryRows, memoryMask, broken, rowIds: [] };
  held.push(one);
  if (begins === undefined || kept.length === 0) return;
  const prefix = begins.with % kept.length;
  prefixes.set(one, { prefix, rows: begins.rows % (kept[prefix]!.length + 1) });
}

/** Only those who have run have a place to give up. */
function leave(
  { cache, held, kept, prefixes }: Stage,
  { leave: which, keeps }: { leave: number; keeps: boolean },
): void {
  const running = held.filter((one) => one.rowIds.length > 0 && !prefixes.has(one));
  if (running.length === 0) return;
  const slot = which % running.length;
  const last = running.length - 1;
  const { rowIds, broken } = held[slot]!;
  if (keeps && !broken) {
    const prefix = kept.push([...rowIds]) - 1;
    cache.update({
      changes: [{ kind: "keep", prefix, slot, rows: rowIds.length }],
      joins: [],
      capacity: cache.capacity,
    });
  }
  if (slot !== last) cache.move({ from: last, to: slot });
  held[slot] = held[last]!;
  held.splice(last, 1);
}

function pass(
  { cache, held, kept, prefixes }: Stage,
  { counts, spare }: { counts: readonly number[]; spare: { slots: number; rows: number } },
): void {
  for (const gone of held.splice(counts.length)) prefixes.delete(gone);
  const joins = held.flatMap((one, slot) => {
    const prefix = prefixes.get(one);
    if (one.rowIds.length > 0) return [];
    if (prefix !== undefined) one.rowIds.push(...kept[prefix.prefix]!.slice(0, prefix.rows));
    return [{ slot, memory: one.memoryRows === 0 ? undefined : memoryOf(one), prefix }];
  });
  prefixes.clear();
  const capacity = {
    slots: held.length + spare.slots,
    rows: Math.max(...held.map(({ rowIds }, i) => rowIds.length + counts[i]!)) + spare.rows,
    memoryRows: Math.max(...held.map(({ memoryRows }) => memoryRows)),
  };
  cache.update({ changes: [], capacity, joins });
  const most = Math.max(...counts.slice(0, held.length));
  const outputs = freshRows(held, most);
  held.forEach((one, slot) => {
    cache.append({ slot, start: one.rowIds.length, count: counts[slot]! }, { entry: slot, outputs });
    for (let row = 0; row < counts[slot]!; row++) one.rowIds.push(one.id);
  });
  assertHolds(cache, held);
  assertHolds(cache, held, held.length - 1);
}
