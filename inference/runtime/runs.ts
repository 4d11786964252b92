import type { FloatData } from "../tensor.ts";

/** What is written of one head of one slot: the first elements of its place in an array [slots, heads, rows, headDim]. */
export interface Run {
  /** Of its place. */
  readonly index: number;
  readonly length: number;
}

/** Elements of each place of an array, as it is and as it is to be. */
export interface Lengths {
  readonly from: number;
  readonly to: number;
}

/** Brings runs of an array that else is zeros to places of another length, as far as they fit; zeros stay where they were. */
export function shiftRuns(array: FloatData, runs: readonly Run[], lengths: Lengths): void {
  // Where places grow, the last goes first, so that none is written over before it has moved.
  const order = lengths.to > lengths.from ? runs.toReversed() : runs;
  for (const run of order) shiftRun(array, run, lengths);
}

function shiftRun(array: FloatData, { index, length }: Run, { from, to }: Lengths): void {
  const [before, after, kept] = [index * from, index * to, Math.min(length, to)];
  array.copyWithin(after, before, before + kept);
  if (to > from) array.fill(0, before, Math.min(before + length, after));
  else array.fill(0, Math.max(before, after + kept), before + length);
}

/** Makes zeros of runs in places of that length. */
export function clearRuns(array: FloatData, runs: readonly Run[], place: number): void {
  for (const { index, length } of runs) array.fill(0, index * place, index * place + length);
}

/** Copies runs to another array, to places of another length, as far as they fit. How many bytes that were. */
export function copyRuns(source: FloatData, target: FloatData, runs: readonly Run[], { from, to }: Lengths): number {
  let copied = 0;
  for (const { index, length } of runs) {
    const kept = source.subarray(index * from, index * from + Math.min(length, to));
    target.set(kept, index * to);
    copied += kept.byteLength;
  }
  return copied;
}
