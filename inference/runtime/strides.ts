import type { FloatData } from "../tensor.ts";

/** Arrays of runs, one after the other, each for the rows of one head of one slot. */
export interface Runs {
  readonly count: number;
  /** Elements of a run, as it is and as it is to be. */
  readonly from: number;
  readonly to: number;
  /** What is there that was not there before. */
  readonly fill: number;
}

/** A copy with runs of another length: each begins with what the run that stood there before has room for. */
export function restrided<T extends FloatData>(old: T, { count, from, to, fill }: Runs): T {
  const copy = alike(old, to * count);
  if (fill !== 0) copy.fill(fill);
  const runs = from === 0 ? 0 : Math.min(count, old.length / from);
  const kept = Math.min(from, to);
  for (let i = 0; i < runs; i++) copy.set(old.subarray(i * from, i * from + kept), i * to);
  return copy;
}

/** All zeros, of the same type. */
export function alike<T extends FloatData>(array: T, length: number): T {
  const Elements = array.constructor as new (length: number) => T;
  return new Elements(length);
}
