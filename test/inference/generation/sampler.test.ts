import { describe, expect, it } from "vitest";
import { sample } from "../../../inference/generation/sampler.ts";
import type { Sampling } from "../../../inference/scheduling/program.ts";
import { chiSquare } from "./chi-square.ts";

const DRAWS = 20_000;
const random = { kind: "random", temperature: 1, topK: Infinity, topP: 1, seed: 5 } as const;
const logits = [0, 1, -1, 2, 0.5, -3, 1.5, 0];

describe("sample", () => {
  it("takes the largest score when greedy", () => {
    expect(sample(Float32Array.of(0, 3, 3, 1), { kind: "greedy" }, 0)).toBe(1);
  });

  // 7 degrees of freedom, p = 0.001
  it.each([0.5, 1, 2])("draws as often as the softmax says at temperature %d", (temperature) => {
    const expected = softmax(logits.map((logit) => logit / temperature)).map((p) => p * DRAWS);
    expect(chiSquare(counts({ ...random, temperature }), expected)).toBeLessThan(24.3);
  });

  it("draws only of the topK, in their proportions", () => {
    const drawn = counts({ ...random, topK: 3 });
    const kept = [1, 3, 6];
    const expected = softmax(kept.map((id) => logits[id]!)).map((p) => p * DRAWS);
    expect(
      chiSquare(
        kept.map((id) => drawn[id]!),
        expected,
      ),
    ).toBeLessThan(13.8); // 2 degrees of freedom, p = 0.001
    expect(kept.reduce((sum, id) => sum + drawn[id]!, 0)).toBe(DRAWS);
  });

  it("draws only of the nucleus", () => {
    const drawn = counts({ ...random, topP: 0.6 });
    expect(drawn.map((count) => count > 0)).toEqual([false, false, false, true, false, false, true, false]);
  });

  it("never draws what is forbidden", () => {
    const scores = (): Float32Array => Float32Array.of(-Infinity, 0, -Infinity, 0, -Infinity);
    const ids = Array.from({ length: 1000 }, (_, position) => sample(scores(), random, position));
    expect(new Set(ids)).toEqual(new Set([1, 3]));
  });

  it("draws the same with the same seed, and otherwise with another", () => {
    const draws = (seed: number): number[] =>
      Array.from({ length: 40 }, (_, position) => sample(Float32Array.from(logits), { ...random, seed }, position));
    expect(draws(5)).toEqual(draws(5));
    expect(draws(6)).not.toEqual(draws(5));
  });
});

function counts(sampling: Sampling): number[] {
  const drawn = logits.map(() => 0);
  for (let position = 0; position < DRAWS; position++)
    drawn[sample(Float32Array.from(logits), sampling, position)]! += 1;
  return drawn;
}

function softmax(scores: readonly number[]): number[] {
  const weights = scores.map(Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
