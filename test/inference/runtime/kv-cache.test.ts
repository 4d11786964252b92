import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, expect, it } from "vitest";
import { type CacheShape, KVCache, MASKED } from "../../../inference/runtime/kv-cache.ts";
import type { CallOutputs } from "../../../inference/scheduling/program.ts";
import { float32, type Tensor } from "../../../inference/tensor.ts";

const SHAPE: CacheShape = { layers: 2, heads: 3, headDim: 2 };
const NAMES = ["k.0", "v.0", "k.1", "v.1"];

/** A sequence as the naive cache knows it. */
interface Held {
  readonly id: number;
  readonly memoryRows: number;
  readonly memoryMask: readonly number[] | undefined;
  /** What it writes is not a number. */
  readonly broken: boolean;
  rows: number;
}

type Step =
  | { readonly join: { readonly memoryRows: number; readonly masksLast: boolean; readonly broken: boolean } }
  | { readonly leave: number }
  | {
      readonly pass: {
        readonly counts: readonly number[];
        readonly spare: { readonly slots: number; readonly rows: number };
      };
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    join: fc.record({ memoryRows: fc.integer({ min: 1, max: 5 }), masksLast: fc.boolean(), broken: fc.boolean() }),
  }),
  fc.record({ leave: fc.nat(9) }),
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

  it("feeds the graph its own memory, the front of it", () => {
    const cache = new KVCache(SHAPE);
    cache.resize({ slots: 4, rows: 8, memoryRows: 3 });
    const [two, four] = [cache.inputs(2), cache.inputs(4)];
    expect(two["past_k.1"]!.dims).toEqual([2, 3, 8, 2]);
    expect(two["memory_v.0"]!.dims).toEqual([2, 3, 3, 2]);
    expect(two.memory_mask!.dims).toEqual([2, 1, 1, 3]);
    for (const name of Object.keys(two)) expect(two[name]!.data.buffer).toBe(four[name]!.data.buffer);
  });

  it("has no memory to feed where the model has none", () => {
    const cache = new KVCache(SHAPE);
    cache.resize({ slots: 1, rows: 8, memoryRows: 0 });
    expect(Object.keys(cache.inputs(1))).toEqual(NAMES.map((name) => `past_${name}`));
  });

  it("takes as many bytes as its capacity says, and gives all back", () => {
    const cache = new KVCache(SHAPE);
    cache.resize({ slots: 4, rows: 8, memoryRows: 3 });
    expect(cache.bytes).toBe(4 * (4 * (8 + 3) * 3 * 2 * NAMES.length + 4 * 3));
    cache.resize({ slots: 2, rows: 4, memoryRows: 0 });
    expect(cache.bytes).toBe(4 * (2 * 4 * 3 * 2 * NAMES.length));
    cache.clear();
    expect(cache.bytes).toBe(0);
  });

  it("copies nothing that keeps its place", () => {
    const cache = new KVCache(SHAPE);
    cache.resize({ slots: 2, rows: 8, memoryRows: 3 });
    const before = cache.inputs(2);
    cache.resize({ slots: 2, rows: 16, memoryRows: 3 });
    const after = cache.inputs(2);
    expect(after["memory_k.0"]!.data.buffer).toBe(before["memory_k.0"]!.data.buffer);
    expect(after["past_k.0"]!.data.buffer).not.toBe(before["past_k.0"]!.data.buffer);
  });
});

function sameAsNaive(steps: readonly Step[]): void {
  const cache = new KVCache(SHAPE);
  const held: Held[] = [];
  let nextId = 1;
  for (const one of steps) {
    if ("join" in one) held.push(newcomer(nextId++, one.join));
    else if ("leave" in one) leave(cache, held, one.leave);
    else if (held.length > 0) pass(cache, held, one.pass);
  }
}

function newcomer(
  id: number,
  { memoryRows, masksLast, broken }: { memoryRows: number; masksLast: boolean; broken: boolean },
): Held {
  const memoryMask = masksLast
    ? Array.from({ length: memoryRows }, (_, i) => (i === memoryRows - 1 ? MASKED : 0))
    : undefined;
  return { id, memoryRows, memoryMask, broken, rows: 0 };
}

/** Only those who have run have a place to give up. */
function leave(cache: KVCache, held: Held[], which: number): void {
  const running = held.filter(({ rows }) => rows > 0);
  if (running.length === 0) return;
  const slot = which % running.length;
  const last = running.length - 1;
  if (slot !== last) cache.move({ from: last, to: slot });
  held[slot] = held[last]!;
  held.splice(last, 1);
}

function pass(
  cache: KVCache,
  held: Held[],
  { counts, spare }: { counts: readonly number[]; spare: { slots: number; rows: number } },
): void {
  held.splice(counts.length);
  cache.resize({
    slots: held.length + spare.slots,
    rows: Math.max(...held.map(({ rows }, i) => rows + counts[i]!)) + spare.rows,
    memoryRows: Math.max(...held.map(({ memoryRows }) => memoryRows)),
  });
  held.forEach((one, slot) => {
    if (one.rows > 0) return;
    cache.begin(slot);
    cache.setMemory(slot, memoryOf(one));
  });
  const most = Math.max(...counts.slice(0, held.length));
  const fresh = freshRows(held, most);
  held.forEach((one, slot) => {
    cache.append(slot, one.rows, counts[slot]!, fresh);
    one.rows += counts[slot]!;
  });
  assertHolds(cache, held);
}

/** What the element of a sequence's row is, told apart by all there is to tell apart. */
function value(one: Held, array: number, head: number, row: number, dim: number): number {
  return one.broken ? NaN : one.id * 10_000 + array * 1000 + head * 100 + row * 2 + dim;
}

function memoryValue(one: Held, array: number, head: number, row: number, dim: number): number {
  return one.broken ? NaN : -(one.id * 10_000 + array * 1000 + head * 100 + row * 2 + dim);
}

function memoryOf(one: Held): CallOutputs {
  const dims = [SHAPE.heads, one.memoryRows, SHAPE.headDim];
  const outputs = NAMES.map(
    (name, array) => [`memory_${name}`, filled(dims, ([h, r, d]) => memoryValue(one, array, h!, r!, d!))] as const,
  );
  const mask =
    one.memoryMask === undefined ? {} : { memory_mask: float32([one.memoryRows], Float32Array.from(one.memoryMask)) };
  return { ...Object.fromEntries(outputs), ...mask };
}

/** [batch, heads, most, headDim], of which a sequence keeps only its own count of rows. */
function freshRows(held: readonly Held[], most: number): Record<string, Tensor> {
  const dims = [held.length, SHAPE.heads, most, SHAPE.headDim];
  return Object.fromEntries(
    NAMES.map((name, array) => [
      name,
      filled(dims, ([b, h, r, d]) => value(held[b!]!, array, h!, held[b!]!.rows + r!, d!)),
    ]),
  );
}

function assertHolds(cache: KVCache, held: readonly Held[]): void {
  const inputs = cache.inputs(held.length);
  NAMES.forEach((name, array) => {
    assertFilled(inputs[`past_${name}`]!, ([s, h, r, d]) =>
      r! < held[s!]!.rows ? value(held[s!]!, array, h!, r!, d!) : 0,
    );
    assertFilled(inputs[`memory_${name}`]!, ([s, h, r, d]) =>
      r! < held[s!]!.memoryRows ? memoryValue(held[s!]!, array, h!, r!, d!) : 0,
    );
  });
  assertFilled(
    inputs.memory_mask!,
    ([s, , , r]) => held[s!]!.memoryMask?.[r!] ?? (r! < held[s!]!.memoryRows ? 0 : MASKED),
  );
}

function filled(dims: readonly number[], at: (place: readonly number[]) => number): Tensor {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return float32(
    dims,
    Float32Array.from({ length: size }, (_, i) => at(placeOf(i, dims))),
  );
}

function assertFilled(tensor: Tensor, at: (place: readonly number[]) => number): void {
  assert.deepEqual(tensor, filled(tensor.dims, at));
}

/** Where element i of a row-major tensor is. */
function placeOf(i: number, dims: readonly number[]): number[] {
  const place: number[] = [];
  for (const dim of dims.toReversed()) {
    place.unshift(i % dim);
    i = Math.floor(i / dim);
  }
  return place;
}
