import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BatchLimit } from "../../../inference/scheduling/batch-limit.ts";

describe("BatchLimit", () => {
  it("finds the line that passes lie on", () => {
    const limit = observed(32, [1, 4, 2, 8, 1], (size) => 3 * size + 5);
    expect(limit.fit()!.a).toBeCloseTo(3, 9);
    expect(limit.fit()!.b).toBeCloseTo(5, 9);
  });

  it("finds the line that is nearest to noisy passes", () => {
    const size = fc.integer({ min: 1, max: 16 });
    fc.assert(
      fc.property(fc.array(fc.tuple(size, fc.nat(100)), { minLength: 2, maxLength: 50 }), (passes) => {
        fc.pre(new Set(passes.map(([s]) => s)).size > 1);
        const limit = new BatchLimit(16);
        for (const [s, ms] of passes) limit.observe(s, ms);
        expect(limit.fit()!.a).toBeCloseTo(slope(passes), 6);
      }),
    );
  });

  it("takes one item where a batch saves nothing", () => {
    expect(observed(32, [1, 2, 4], (size) => 300 * size).limit).toBe(1);
  });

  it("takes all it may where the pass itself is what costs", () => {
    expect(observed(32, [1, 2, 4], () => 20).limit).toBe(32);
    expect(observed(32, [1, 2, 4], (size) => 20 - size).limit).toBe(32);
  });

  it("takes as many as bring the pass's own cost under a tenth of the item's", () => {
    expect(observed(32, [1, 2, 4], (size) => 10 * size + 8).limit).toBe(8);
    expect(observed(4, [1, 2, 4], (size) => 10 * size + 8).limit).toBe(4);
  });

  it("knows nothing at first, and takes all it may", () => {
    expect(new BatchLimit(8).limit).toBe(8);
  });

  it("tries twice as many when all passes were alike", () => {
    expect(observed(8, [2, 2, 2], (size) => size).limit).toBe(4);
    expect(observed(8, [6], (size) => size).limit).toBe(8);
  });

  it("forgets what is more than 50 passes ago", () => {
    const limit = observed(32, [1, 2, 4], () => 20);
    for (let i = 0; i < 25; i++) for (const size of [1, 2]) limit.observe(size, 300 * size);
    expect(limit.limit).toBe(1);
  });
});

function observed(max: number, sizes: readonly number[], ms: (size: number) => number): BatchLimit {
  const limit = new BatchLimit(max);
  for (const size of sizes) limit.observe(size, ms(size));
  return limit;
}

/** Of least squares, by the normal equations. */
function slope(passes: readonly (readonly [number, number])[]): number {
  const sum = (of: (size: number, ms: number) => number): number =>
    passes.reduce((total, [s, ms]) => total + of(s, ms), 0);
  const n = passes.length;
  const [x, y, xy, xx] = [sum((s) => s), sum((_, ms) => ms), sum((s, ms) => s * ms), sum((s) => s * s)];
  return (n * xy - x * y) / (n * xx - x * x);
}
