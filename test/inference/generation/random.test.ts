import { describe, expect, it } from "vitest";
import { uniform } from "../../../inference/generation/random.ts";
import { chiSquare } from "./chi-square.ts";

const DRAWS = 20_000;

describe("uniform", () => {
  it("depends on nothing but seed and position", () => {
    const forwards = Array.from({ length: 50 }, (_, position) => uniform(7, position));
    const backwards = Array.from({ length: 50 }, (_, i) => uniform(7, 49 - i));
    expect(backwards.reverse()).toEqual(forwards);
  });

  it("stays within [0, 1)", () => {
    for (const seed of [0, 1, -1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
      for (let position = 0; position < 1000; position++) {
        const value = uniform(seed, position);
        expect(value >= 0 && value < 1).toBe(true);
      }
    }
  });

  it.each([
    ["the positions of one seed", (i: number) => uniform(42, i)],
    ["the seeds at one position", (i: number) => uniform(i, 3)],
    ["seeds that differ above 32 bits", (i: number) => uniform(i * 2 ** 32, 3)],
    ["seeds beside positions", (i: number) => uniform(i, i)],
  ])("is uniform over %s", (_, draw) => {
    const counts = histogram(16, (i) => Math.floor(draw(i) * 16));
    expect(
      chiSquare(
        counts,
        counts.map(() => DRAWS / 16),
      ),
    ).toBeLessThan(37.7); // 15 degrees of freedom, p = 0.001
  });

  it.each([1, 2, 5])("is independent of itself %i positions on", (lag) => {
    const counts = histogram(64, (i) => 8 * Math.floor(uniform(9, i) * 8) + Math.floor(uniform(9, i + lag) * 8));
    expect(
      chiSquare(
        counts,
        counts.map(() => DRAWS / 64),
      ),
    ).toBeLessThan(103.4); // 63 degrees of freedom, p = 0.001
  });

  it("is independent of the next seed's", () => {
    const counts = histogram(64, (i) => 8 * Math.floor(uniform(9, i) * 8) + Math.floor(uniform(10, i) * 8));
    expect(
      chiSquare(
        counts,
        counts.map(() => DRAWS / 64),
      ),
    ).toBeLessThan(103.4);
  });
});

function histogram(bins: number, bin: (i: number) => number): number[] {
  const counts = Array.from({ length: bins }, () => 0);
  for (let i = 0; i < DRAWS; i++) counts[bin(i)]! += 1;
  return counts;
}
