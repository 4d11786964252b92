import { describe, expect, it } from "vitest";
import { ChunkSize } from "../../../inference/scheduling/chunk-size.ts";

/** Where a pass takes `b` milliseconds, and `a` for each row. */
function learned({ a, b }: { readonly a: number; readonly b: number }): ChunkSize {
  const size = new ChunkSize(256);
  for (let i = 0; i < 10; i++) {
    size.observe({ pass: "step", rows: 1 }, a + b);
    size.observe({ pass: "chunk", rows: 64 }, 64 * a + b);
  }
  return size;
}

describe("the rows of a chunk", () => {
  it("are few while nothing is known, and none are put beside a step that nobody has seen", () => {
    const size = new ChunkSize(256);
    expect([size.besideOthers, size.besideStep("alone")]).toEqual([64, undefined]);
  });

  it("alone take a second at most, unless reading the weights would be more than a twentieth of it", () => {
    expect(new ChunkSize(256).alone).toBe(256);
    expect(learned({ a: 2, b: 20 }).alone).toBe(256);
    expect(Math.abs(learned({ a: 10, b: 20 }).alone - 98)).toBeLessThanOrEqual(1);
    expect(Math.abs(learned({ a: 50, b: 100 }).alone - 38)).toBeLessThanOrEqual(1);
    expect(learned({ a: 500, b: 100 }).alone).toBe(16);
  });

  it("beside others take about as long as a step, but no fewer than are worth a pass", () => {
    expect(learned({ a: 2, b: 30 }).besideOthers).toBe(16);
    const size = learned({ a: 2, b: 20 });
    for (let i = 0; i < 40; i++) size.observe({ pass: "step", rows: 60 }, 140);
    expect(Math.abs(size.besideOthers - 60)).toBeLessThanOrEqual(1);
  });

  it("beside others take as long as reading the weights, where a step is little else", () => {
    expect(learned({ a: 2, b: 84 }).besideOthers).toBe(42);
    expect(learned({ a: 0.03, b: 7.5 }).besideOthers).toBeGreaterThanOrEqual(249);
    expect(learned({ a: 0.01, b: 7.5 }).besideOthers).toBe(256);
  });

  it("beside a step make it longer by three fifths while somebody waits for it, else twice as long", () => {
    const size = learned({ a: 2, b: 98 });
    expect(size.besideStep("beside others")).toEqual({ rows: 30, stepMs: 100 });
    expect(size.besideStep("alone")).toEqual({ rows: 50, stepMs: 100 });
  });

  it("are told from what rows have added to steps, which is more where they are few", () => {
    const size = learned({ a: 1, b: 99 });
    const rows: number[] = [];
    for (let i = 0; i < 40; i++) {
      const chosen = size.besideStep("beside others")!;
      rows.push(chosen.rows);
      // Twenty for there being any, and two for each.
      const chunk = { numRows: chosen.rows, stepMs: chosen.stepMs };
      size.observe({ pass: "mixed", rows: 1 + chosen.rows, chunk }, chosen.stepMs + 20 + 2 * chosen.rows);
      size.observe({ pass: "step", rows: 1 }, 100);
    }
    expect(rows[0]).toBe(60);
    expect(Math.abs(rows.at(-1)! - 20)).toBeLessThanOrEqual(1);
  });

  it("are a few at the least, where more than a step is spent on there being any", () => {
    const size = learned({ a: 1, b: 99 });
    for (let i = 0; i < 9; i++) {
      const { rows, stepMs } = size.besideStep("beside others")!;
      size.observe({ pass: "mixed", rows: 1 + rows, chunk: { numRows: rows, stepMs } }, 300);
    }
    expect(size.besideStep("beside others")).toEqual({ rows: 4, stepMs: 100 });
  });

  it("go by themselves where rows are most of a pass, for only few would fit in", () => {
    expect(learned({ a: 2, b: 1 }).besideStep("alone")).toBeUndefined();
  });

  it("are no more than a pass may have", () => {
    expect(learned({ a: 0.1, b: 100 }).besideStep("alone")?.rows).toBe(256);
  });
});
