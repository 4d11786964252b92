import type { SlotMove } from "../scheduling/slots.ts";
import type { FloatData } from "../tensor.ts";
import type { Discarded } from "./collect-garbage.ts";

/** Arrays of runs, one after the other, each for the rows of one head of one slot. */
export interface Runs {
  readonly count: number;
  /** Of those that there were, the first so many are kept; all without it. */
  readonly used?: number;
  /** Elements of a run, as it is and as it is to be. */
  readonly from: number;
  readonly to: number;
  /** What is there that was not there before. */
  readonly fill: number;
}

/** A copy with runs of another length: each begins with what the run that stood there before has room for. */
export function restrided<T extends FloatData>(old: T, { count, used = count, from, to, fill }: Runs): T {
  const copy = alike(old, to * count);
  if (fill !== 0) copy.fill(fill);
  const runs = from === 0 ? 0 : Math.min(count, used, old.length / from);
  const kept = Math.min(from, to);
  for (let i = 0; i < runs; i++) copy.set(old.subarray(i * from, i * from + kept), i * to);
  return copy;
}

/** Bytes that are worth the 10 ms that collecting them takes, while others are copied. */
const MUCH = 2 ** 26;

/** Puts such copies in the place of all arrays, one after the other, so that never many are there twice. */
export function replaceAll(arrays: FloatData[], lengths: Runs, discarded: Discarded): void {
  for (const [i, old] of arrays.entries()) {
    if (lengths.to > 0) discarded.collectFrom(MUCH);
    arrays[i] = restrided(old, lengths);
    discarded.add(old);
  }
}

/** What some slots have of an array of `slots`; a view. */
export function slotOf<T extends FloatData>(array: T, slot: number, slots: number, count = 1): T {
  const size = array.length / slots;
  return array.subarray(slot * size, (slot + count) * size) as T;
}

/** Copies what a slot has of an array of `slots` to another. */
export function moveSlot(array: FloatData, { from, to }: SlotMove, slots: number): void {
  const size = array.length / slots;
  array.copyWithin(to * size, from * size, (from + 1) * size);
}

/** All zeros, of the same type. */
export function alike<T extends FloatData>(array: T, length: number): T {
  const Elements = array.constructor as new (length: number) => T;
  return new Elements(length);
}

/** How a row of keys or values lies: its heads stand apart, [heads, rows, headDim]. */
export interface HeadShape {
  readonly heads: number;
  readonly headDim: number;
}

/** An array [heads, capacity, headDim]. */
interface Rows {
  readonly data: FloatData;
  readonly capacity: number;
}

/** Makes zeros of `count` rows of each head from `start` on. */
export function clearRows(
  { data, capacity, start }: Rows & { readonly start: number },
  count: number,
  { heads, headDim }: HeadShape,
): void {
  for (let head = 0; head < heads; head++) {
    const begin = (head * capacity + start) * headDim;
    data.fill(0, begin, begin + count * headDim);
  }
}

/** Copies the first `count` rows of each head of one array to another's rows from `start` on. */
export function copyRows(
  from: Rows,
  to: Rows & { readonly start: number },
  count: number,
  { heads, headDim }: HeadShape,
): void {
  for (let head = 0; head < heads; head++) {
    const begin = head * from.capacity * headDim;
    to.data.set(from.data.subarray(begin, begin + count * headDim), (head * to.capacity + to.start) * headDim);
  }
}
