/**
 * Logits processors with the semantics and the order of transformers' generate():
 * repetition penalty → minimum length → temperature → top-k → top-p. All work in place.
 */

/** Divides positive scores of the ids already seen by the penalty, multiplies negative ones. */
export function penalizeRepetition(scores: Float32Array, seen: Iterable<number>, penalty: number): void {
  if (penalty === 1) return;
  for (const id of new Set(seen)) {
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

/** Removes the least likely tokens whose probabilities add up to at most 1 − p; keeps at least one. */
export function keepTopP(scores: Float32Array, p: number): void {
  if (p >= 1) return;
  const ascending = Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const logTotal = logSumExp(scores);
  let cumulative = 0;
  for (const id of ascending.slice(0, -1)) {
    cumulative += Math.exp(scores[id]! - logTotal);
    if (cumulative > 1 - p) return;
    scores[id] = -Infinity;
  }
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
