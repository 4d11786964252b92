import { describe, expect, it } from "vitest";
import { ChunkSize } from "../../../inference/scheduling/chunk-size.ts";

/** Where a pass takes `b` milliseconds, and `a` for each row. */
function learned({ a, b }: { readonly a: number; readonly b: number }): ChunkSize {
  const size = new ChunkSize(256);
  for (let i = 0; i < 10; i++) {
    size.observe("step", 1, a + b);
    size.observe("chunk", 64, 64 * a + b);
  }
  return size;
}

describe("the rows of a chunk", () => {
  it("are few while nothing is known, and never with a step that nobody has seen", () => {
    const size = new ChunkSize(256);
    expect([size.besideOthers, size.withStep(2), size.stepMs]).toEqual([64, undefined, 0]);
  });

  it("beside others take about as long as a step, but no fewer than are worth a pass", () => {
    expect(learned({ a: 2, b: 84 }).besideOthers).toBe(16);
    const size = learned({ a: 2, b: 20 });
    for (let i = 0; i < 40; i++) size.observe("step", 60, 140);
    expect(Math.abs(size.besideOthers - 60)).toBeLessThanOrEqual(1);
  });

  it("with a step along take about as long as two, all padded to them", () => {
    const size = learned({ a: 2, b: 84 });
    expect(size.stepMs).toBe(86);
    expect(size.withStep(2)).toBe(22);
    expect(size.withStep(4)).toBe(11);
  });

  it("go by themselves where more come of two passes", () => {
    expect(learned({ a: 2, b: 84 }).withStep(9)).toBeUndefined();
    expect(learned({ a: 2, b: 1 }).withStep(2)).toBeUndefined();
  });
});
