import type { Embedding } from "./store.ts";

/** The largest dot product of a vector of the one with a vector of the other: ITC similarity, [-1, 1]. */
export function similarity(a: Embedding, b: Embedding): number {
  let largest = -Infinity;
  for (const x of vectorsOf(a)) for (const y of vectorsOf(b)) largest = Math.max(largest, dot(x, y));
  return largest;
}

function vectorsOf({ values, vectors }: Embedding): readonly Float32Array[] {
  const length = values.length / vectors;
  return Array.from({ length: vectors }, (_, i) => values.subarray(i * length, (i + 1) * length));
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
