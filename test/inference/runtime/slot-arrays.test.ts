import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Discarded } from "../../../inference/runtime/collect-garbage.ts";
import { SlotArrays } from "../../../inference/runtime/slot-arrays.ts";
import type { FloatData } from "../../../inference/tensor.ts";

const SHAPE = { heads: 3, headDim: 2 };
const COUNT = 2;

type Step =
  | { readonly resize: { readonly slots: number; readonly rows: number; readonly times: number } }
  | { readonly write: { readonly slot: number; readonly start: number; readonly count: number } }
  | { readonly clear: number }
  | { readonly move: { readonly from: number; readonly to: number } };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    resize: fc.record({
      slots: fc.nat(4),
      rows: fc.nat(6),
      times: fc.constantFrom(0, 1, 2, 16),
    }),
  }),
  fc.record({ write: fc.record({ slot: fc.nat(3), start: fc.nat(5), count: fc.integer({ min: 1, max: 6 }) }) }),
  fc.record({ clear: fc.nat(3) }),
  fc.record({ move: fc.record({ from: fc.nat(3), to: fc.nat(3) }) }),
);

describe("SlotArrays", () => {
  it("hold what was written, and zeros elsewhere, wherever they grow, shrink and move", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), sameAsNaive), { numRuns: 1_000 });
  });

  it("grow where they are, as far as memory is reserved for them", () => {
    const { arrays, resize } = large();
    resize(1, 64);
    fill(arrays, 0, 64);
    const [before] = arrays.slots(0);
    resize(4, 96);
    const [after] = arrays.slots(0);
    expect(after!.buffer).toBe(before!.buffer);
    expect(numOnes(arrays.slots(0, 4)[0]!)).toBe(64 * LARGE.headDim);
    expect(numOnes(after!.subarray(0, 64 * LARGE.headDim))).toBe(64 * LARGE.headDim);
  });

  it("shrink where they are while most of what they take was needed lately, then give it back", () => {
    const { arrays, resize } = large();
    resize(4, 64);
    const [before] = arrays.slots(0);
    resize(1, 64);
    expect(arrays.slots(0)[0]!.buffer).toBe(before!.buffer);
    expect(arrays.bytes).toBe(4 * 64 * LARGE_ROW);
    resize(1, 63);
    expect(arrays.slots(0)[0]!.buffer).not.toBe(before!.buffer);
    expect(arrays.bytes).toBe(63 * LARGE_ROW);
    resize(0, 0);
    expect(arrays.bytes).toBe(0);
  });

  it("take no memory for what is only reserved", () => {
    const { arrays, resize } = large();
    const before = process.memoryUsage().rss;
    resize(1, 64);
    fill(arrays, 0, 1);
    const reserved = arrays.slots(0)[0]!.buffer.byteLength;
    expect(reserved).toBeGreaterThanOrEqual(2 ** 27);
    expect(process.memoryUsage().rss - before).toBeLessThan(reserved / 4);
  });
});

const LARGE = { heads: 1, headDim: 2 ** 14 };
const LARGE_ROW = COUNT * LARGE.headDim * Float32Array.BYTES_PER_ELEMENT;

/** Arrays large enough to have more reserved, which stay in use up to four times what is needed. */
function large() {
  const arrays = new SlotArrays(LARGE, empty(), new Discarded());
  const resize = (slots: number, rows: number): void => arrays.resize({ slots, rows }, 4 * slots * rows);
  return { arrays, resize };
}

function empty(): FloatData[] {
  return Array.from({ length: COUNT }, () => new Float32Array());
}

function fill(arrays: SlotArrays, slot: number, rows: number): void {
  for (const data of arrays.slots(slot)) data.fill(1, 0, rows * LARGE.headDim);
  arrays.wrote(slot, rows);
}

function numOnes(data: FloatData): number {
  let ones = 0;
  for (const value of data) if (value === 1) ones++;
  return ones;
}

/** What each row of each slot was written with; 0 where it was not. */
type Naive = number[][];

function sameAsNaive(steps: readonly Step[]): void {
  const arrays = new SlotArrays(SHAPE, empty(), new Discarded());
  let naive: Naive = [];
  let [capacity, next] = [0, 1];
  for (const one of steps) {
    if ("resize" in one) [naive, capacity] = [resized(arrays, naive, one.resize), one.resize.rows];
    else if (naive.length > 0 && capacity > 0) take(arrays, naive, one, next++);
    assertSame(arrays, naive);
  }
}

/** Slots that come anew are cleared, as by whoever begins in them. */
function resized(
  arrays: SlotArrays,
  naive: Naive,
  { slots, rows, times }: { slots: number; rows: number; times: number },
): Naive {
  arrays.resize({ slots, rows }, times * slots * rows);
  for (let slot = naive.length; slot < slots; slot++) arrays.clear(slot);
  return Array.from({ length: slots }, (_, slot) => Array.from({ length: rows }, (_, row) => naive[slot]?.[row] ?? 0));
}

function take(arrays: SlotArrays, naive: Naive, step: Exclude<Step, { resize: unknown }>, value: number): void {
  const [slots, rows] = [naive.length, naive[0]!.length];
  if ("clear" in step) {
    arrays.clear(step.clear % slots);
    naive[step.clear % slots]!.fill(0);
  } else if ("move" in step) {
    const [from, to] = [step.move.from % slots, step.move.to % slots];
    arrays.move({ from, to });
    naive[to] = [...naive[from]!];
  } else {
    const [slot, start] = [step.write.slot % slots, step.write.start % rows];
    const end = Math.min(rows, start + step.write.count);
    write(arrays, { slot, start, end }, value);
    naive[slot]!.fill(value, start, end);
  }
}

function write(
  arrays: SlotArrays,
  { slot, start, end }: Record<"slot" | "start" | "end", number>,
  value: number,
): void {
  arrays.slots(slot).forEach((data, i) => {
    const place = data.length / SHAPE.heads;
    for (let head = 0; head < SHAPE.heads; head++) {
      const begin = head * place;
      data.fill(elementOf(value, i, head), begin + start * SHAPE.headDim, begin + end * SHAPE.headDim);
    }
  });
  arrays.wrote(slot, end);
}

function elementOf(value: number, array: number, head: number): number {
  return value === 0 ? 0 : 100 * value + 10 * array + head;
}

function assertSame(arrays: SlotArrays, naive: Naive): void {
  naive.forEach((rows, slot) => {
    arrays.slots(slot).forEach((data, i) => {
      const heads = Array.from({ length: SHAPE.heads }, (_, head) => head);
      const expected = heads.flatMap((head) =>
        rows.flatMap((value) => new Array<number>(SHAPE.headDim).fill(elementOf(value, i, head))),
      );
      assert.deepEqual([...data], expected);
    });
  });
}
