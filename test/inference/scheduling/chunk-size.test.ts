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
  it("are few while nothing is known, and none are put beside a step that nobody has seen", () => {
    const size = new ChunkSize(256);
    expect([size.besideOthers, size.besideStep("alone")]).toEqual([64, undefined]);
  });

  it("beside others take about as long as a step, but no fewer than are worth a pass", () => {
    expect(learned({ a: 2, b: 84 }).besideOthers).toBe(16);
    const size = learned({ a: 2, b: 20 });
    for (let i = 0; i < 40; i++) size.observe("step", 60, 140);
    expect(Math.abs(size.besideOthers - 60)).toBeLessThanOrEqual(1);
  });

  it("beside a step make it longer by three fifths while somebody waits for it, else twice as long", () => {
    const size = learned({ a: 2, b: 98 });
    expect(size.besideStep("beside others")).toEqual({ rows: 30, stepMs: 100 });
    expect(size.besideStep("alone")).toEqual({ rows: 50, stepMs: 100 });
  });

  it("go by themselves where rows are most of a pass, for only few would fit in", () => {
    expect(learned({ a: 2, b: 1 }).besideStep("alone")).toBeUndefined();
  });

  it("are no more than a pass may have", () => {
    expect(learned({ a: 0.1, b: 100 }).besideStep("alone")?.rows).toBe(256);
  });
});
