import { describe, expect, it } from "vitest";
import { LineFit } from "../../../inference/scheduling/line-fit.ts";

/** Of passes of these sizes, each of which takes so long. */
function fitted(sizes: readonly number[], msOf: (size: number) => number): LineFit {
  const line = new LineFit();
  for (const size of sizes) line.observe(size, msOf(size));
  return line;
}

describe("the company that a pass may have", () => {
  it("is not known from passes of one size", () => {
    expect(fitted([], () => 0).company).toBeUndefined();
    expect(fitted([2, 2, 2], () => 5).company).toBeUndefined();
  });

  it("makes it about twice as long as for one", () => {
    expect(fitted([1, 2, 8], (size) => 10 + size).company).toBe(11);
    expect(fitted([1, 8, 12], (size) => 15 + 2.3 * size).company).toBe(7);
  });

  it("is one where each takes as long as the first, as in towers on a CPU", () => {
    expect(fitted([1, 2, 4], (size) => 100 * size).company).toBe(1);
  });

  it("is no more than twice what was seen, however flat the line seems", () => {
    expect(fitted([1, 2, 3], (size) => 10 - size).company).toBe(6);
    expect(fitted([1, 2, 3], () => 10).company).toBe(6);
    expect(fitted([1, 2, 3, 6], () => 10).company).toBe(12);
  });
});
