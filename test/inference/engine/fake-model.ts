/**
 * A language model of whole numbers. Its states, keys and values are hashes, and attention adds hashes of what a row sees,
 * in no order, modulo 2³²: so results are exact however rows are batched, chunked or padded, and a row that sees one row
 * too many, one too few or somebody else's comes out altogether different.
 */

export const SHAPE = { layers: 2, heads: 2, headDim: 2 };
export const VOCABULARY = 12;
export const EOS = 1;

/** A row's keys or values in one layer, [heads, headDim]. */
export type Hashes = readonly number[];

export interface KeyValue {
  readonly keys: Hashes;
  readonly values: Hashes;
}

export function firstState(tokenId: number, position: number): number {
  return hash(11, tokenId, position);
}

/** Of a row that is a picture's feature. */
export function featureState(feature: number, position: number): number {
  return hash(13, feature, position);
}

export function keyValue(state: number, layer: number): KeyValue {
  const hashes = (kind: number): number[] =>
    Array.from({ length: SHAPE.heads * SHAPE.headDim }, (_, i) => small(hash(state, layer, kind, i)));
  return { keys: hashes(1), values: hashes(2) };
}

/** What a row takes from one that it sees. */
export function seen(kind: "own" | "memory", { keys, values }: KeyValue): number {
  let sum = kind === "own" ? 0 : 99;
  for (let i = 0; i < keys.length; i++) sum = hash(sum, keys[i]!, values[i]!);
  return sum;
}

/** What a row takes from one that it sees so many positions back, where only that tells their places. */
export function seenAt(seenRow: number, distance: number): number {
  return hash(seenRow, distance);
}

/** The state after a layer, from the sum of all that is seen. */
export function nextState(state: number, sum: number): number {
  return hash(state, sum);
}

/** Of few levels, so that some are equal. */
export function logit(state: number, id: number): number {
  return (hash(state, id) & 63) / 8;
}

/** A memory row of a picture's feature, or of a question's token before that picture. */
export function memoryState(feature: number, tokenId = -1, position = -1): number {
  return hash(feature, tokenId, position);
}

/** A picture's features. */
export function features(pixels: readonly number[]): number[] {
  return Array.from({ length: 3 }, (_, i) => small(hash(i, ...pixels)));
}

/** A float32 holds it exactly. */
function small(value: number): number {
  return value & 0xffff;
}

function hash(...values: readonly number[]): number {
  let h = 0x811c9dc5;
  for (const value of values) {
    h = Math.imul(h ^ value, 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    h ^= h >>> 13;
  }
  return h >>> 0;
}
