import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { promptRows } from "../../../inference/generation/rows.ts";
import { PrefixCache } from "../../../inference/scheduling/prefix-cache.ts";
import type { Row } from "../../../inference/scheduling/sequence.ts";

const tokens = fc.array(fc.constantFrom(1, 2), { minLength: 1, maxLength: 6 });
const use = fc.oneof(fc.record({ keep: tokens }), fc.record({ hold: tokens }), fc.record({ release: fc.nat() }));

describe("PrefixCache", () => {
  it("finds the longest beginning that it keeps, within its bound, and drops nothing that is held", () => {
    fc.assert(fc.property(fc.nat(14), fc.array(use, { maxLength: 40 }), behaves), { numRuns: 500 });
  });

  it("leaves the last row to be computed, whose logits are wanted", () => {
    const cache = new PrefixCache(10);
    cache.keep(rowsOf([1, 2, 3]));
    expect(cache.match(rowsOf([1, 2, 3]))).toMatchObject({ rows: 2 });
    expect(cache.match(rowsOf([1]))).toBeUndefined();
  });

  it("keeps a conversation once, however many turns it has had", () => {
    const cache = new PrefixCache(10);
    const { prefix } = cache.keep(rowsOf([1, 2, 3]));
    expect(cache.keep(rowsOf([1, 2, 3, 4, 5]))).toMatchObject({ dropped: [prefix] });
    expect(cache.keep(rowsOf([1, 2, 3, 4]))).toEqual({ prefix: undefined, dropped: [] });
    expect(cache.rows).toBe(5);
  });

  it("lets the one go that was used longest ago", () => {
    const cache = new PrefixCache(6);
    const [a, b] = [
      [1, 1, 1],
      [2, 2, 2],
    ].map((ids) => cache.keep(rowsOf(ids)).prefix);
    cache.match(rowsOf([1, 1, 9]));
    expect(cache.keep(rowsOf([3, 3, 3])).dropped).toEqual([b]);
    expect(cache.keep(rowsOf([4, 4, 4])).dropped).toEqual([a]);
  });

  it("tells pictures by their content", () => {
    const cache = new PrefixCache(10);
    cache.keep(pictured("x"));
    expect(cache.match(pictured("x"))).toMatchObject({ rows: 3 });
    expect(cache.match(pictured("y"))).toMatchObject({ rows: 1 });
    expect(cache.match(rowsOf([1, 0, 0, 2]))).toMatchObject({ rows: 1 });
  });
});

/** A token, two rows of a picture, a token. */
function pictured(key: string): Row[] {
  const source = { call: { network: "m/vision", key, inputs: {} }, output: "rows" };
  return promptRows({
    promptTokenIds: [1, 0, 0, 2],
    features: [{ start: 1, rows: 2, source }],
    eosTokenIds: [],
    strategy: { kind: "rank", choices: [], candidates: 1 },
  });
}

function behaves(
  maxRows: number,
  uses: readonly ({ keep: number[] } | { hold: number[] } | { release: number })[],
): void {
  const cache = new PrefixCache(maxRows);
  const kept = new Map<number, readonly number[]>();
  const held: { prefix: number; rows: number }[] = [];
  for (const one of uses) {
    if ("keep" in one) keepOne(cache, kept, one.keep, held);
    else if ("hold" in one) holdOne(cache, kept, one.hold, held);
    else if (held.length > 0) cache.release(held.splice(one.release % held.length, 1)[0]!);
    expect(cache.rows).toBe([...kept.values()].reduce((sum, { length }) => sum + length, 0));
    expect(cache.rows).toBeLessThanOrEqual(maxRows);
  }
}

function keepOne(
  cache: PrefixCache,
  kept: Map<number, readonly number[]>,
  ids: readonly number[],
  held: readonly { prefix: number }[],
): void {
  const { prefix, dropped } = cache.keep(rowsOf(ids));
  for (const id of dropped) {
    expect(held.some((hold) => hold.prefix === id)).toBe(false);
    expect(kept.delete(id)).toBe(true);
  }
  if (prefix !== undefined) kept.set(prefix, ids);
}

function holdOne(
  cache: PrefixCache,
  kept: ReadonlyMap<number, readonly number[]>,
  ids: readonly number[],
  held: { prefix: number; rows: number }[],
): void {
  const common = (other: readonly number[]): number => {
    const end = ids.findIndex((id, i) => id !== other[i]);
    return Math.min(end < 0 ? ids.length : end, ids.length - 1);
  };
  const match = cache.match(rowsOf(ids));
  expect(match?.rows ?? 0).toBe(Math.max(0, ...[...kept.values()].map(common)));
  if (match === undefined) return;
  expect(common(kept.get(match.prefix)!)).toBe(match.rows);
  cache.hold(match);
  held.push(match);
}

function rowsOf(tokenIds: readonly number[]): Row[] {
  return promptRows({
    promptTokenIds: tokenIds,
    eosTokenIds: [],
    strategy: { kind: "rank", choices: [], candidates: 1 },
  });
}
