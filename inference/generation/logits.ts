/**
 * Logits processors with the semantics and the order of transformers' generate():
 * repetition penalty → minimum length → temperature → top-k → top-p. All work in place.
 */

/** Divides positive scores of the ids already seen by the penalty, multiplies negative ones. */
export function penalizeRepetition(scores: Float32Array, seen: Iterable<number>, penalty: number): void {
  if (penalty === 1) return;
  for (const id of seen instanceof Set ? (seen as ReadonlySet<number>) : new Set(seen)) {
    const score = scores[id]!;
    scores[id] = score < 0 ? score * penalty : score / penalty;
  }
}

/** Forbids the ids. */
export function forbid(scores: Float32Array, ids: readonly number[]): void {
  for (const id of ids) scores[id] = -Infinity;
}

export function divideByTemperature(scores: Float32Array, temperature: number): void {
  for (let i = 0; i < scores.length; i++) scores[i]! /= temperature;
}

/** Keeps the k largest, and what ties with the k-th. */
export function keepTopK(scores: Float32Array, k: number): void {
  if (k >= scores.length) return;
  const threshold = Float32Array.from(scores).sort()[scores.length - k]!;
  for (let i = 0; i < scores.length; i++) if (scores[i]! < threshold) scores[i] = -Infinity;
}

/** Removes the least likely tokens whose probabilities add up to at most 1 − p, lower ids first; keeps at least one. */
export function keepTopP(scores: Float32Array, p: number): void {
  if (p >= 1) return;
  const ascending = Float32Array.from(scores).sort();
  const numRemoved = numWithin(ascending, 1 - p);
  const cutoff = ascending[numRemoved]!;
  let numTiesRemoved = numRemoved - ascending.indexOf(cutoff);
  for (let id = 0; id < scores.length; id++) {
    const score = scores[id]!;
    if (score < cutoff || (score === cutoff && numTiesRemoved-- > 0)) scores[id] = -Infinity;
  }
}

/** How many of the ascending scores, the largest apart, have together at most this share of all probability. */
function numWithin(ascending: Float32Array, share: number): number {
  const max = ascending.at(-1)!;
  let total = 0;
  for (const score of ascending) total += Math.exp(score - max);
  let cumulative = 0;
  let count = 0;
  while (count < ascending.length - 1) {
    cumulative += Math.exp(ascending[count]! - max);
    if (cumulative > share * total) break;
    count++;
  }
  return count;
}

/** log Σ exp(scores), without overflow. */
export function logSumExp(scores: Float32Array): number {
  let max = -Infinity;
  for (const score of scores) if (score > max) max = score;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - max);
  return max + Math.log(sum);
}

/** A new array of log-probabilities. */
export function logSoftmax(logits: Float32Array): Float32Array {
  const logTotal = logSumExp(logits);
  return logits.map((logit) => logit - logTotal);
}

/** Index of the largest score; the first of equals. */
export function argmax(scores: Float32Array): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i;
  return best;
}
