import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KVCache, MASKED } from "../../../inference/runtime/kv-cache.ts";
import { assertHolds, freshRows, type Held, memoryOf, NAMES, SHAPE } from "./naive-kv-cache.ts";

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
    const [two, four] = [cache.inputs(0, 2), cache.inputs(0, 4)];
    expect(two["past_k.1"]!.dims).toEqual([2, 3, 8, 2]);
    expect(two["memory_v.0"]!.dims).toEqual([2, 3, 3, 2]);
    expect(two.memory_mask!.dims).toEqual([2, 1, 1, 3]);
    for (const name of Object.keys(two)) expect(two[name]!.data.buffer).toBe(four[name]!.data.buffer);
  });

  it("has no memory to feed where the model has none", () => {
    const cache = new KVCache(SHAPE);
    cache.resize({ slots: 1, rows: 8, memoryRows: 0 });
    expect(Object.keys(cache.inputs(0, 1))).toEqual(NAMES.map((name) => `past_${name}`));
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
    const before = cache.inputs(0, 2);
    cache.resize({ slots: 2, rows: 16, memoryRows: 3 });
    const after = cache.inputs(0, 2);
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
    cache.append({ slot, start: one.rows, count: counts[slot]! }, { entry: slot, outputs: fresh });
    one.rows += counts[slot]!;
  });
  assertHolds(cache, held);
}
