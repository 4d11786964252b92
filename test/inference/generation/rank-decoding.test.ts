import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startDecoding } from "../../../inference/generation/decoding.ts";
import { logSoftmax } from "../../../inference/generation/logits.ts";
import { drive } from "./drive.ts";

const VOCABULARY = 6;

const choice = fc.array(fc.nat(VOCABULARY - 1), { minLength: 1, maxLength: 4 });
const tokens = fc.array(fc.nat(VOCABULARY - 1), { minLength: 1, maxLength: 3 });

describe("RankDecoding", () => {
  it("scores what a scorer without shared rows scores", () => {
    fc.assert(
      fc.property(tokens, fc.array(choice, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 8 }), sameScores),
      { numRuns: 500 },
    );
  });

  it("computes shared prefixes once, in one go", () => {
    const choices = [
      [1, 2, 3],
      [1, 2, 4],
      [1, 2],
      [5, 2, 3],
    ];
    const decoding = rank([0, 0], { choices, candidates: 4 });
    const rowsAsked: number[] = [];
    drive(decoding, (ids) => {
      rowsAsked.push(ids.length);
      return model(ids);
    });
    // The prompt's end, then [1], [1 2], [5] and [5 2].
    expect(rowsAsked).toEqual([2, 3, 4, 3, 4]);
    expect(decoding.rows).toHaveLength(6);
  });

  it("needs no second pass for choices of one token", () => {
    const decoding = rank([0], { choices: [[1], [2], [1]], candidates: 3 });
    const { choiceScores } = drive(decoding, model);
    expect(decoding.rows).toHaveLength(1);
    expect(choiceScores![0]).toBe(choiceScores![2]);
  });

  it("reserves rows for the choices that can be kept, not for all", () => {
    const choices = Array.from({ length: 50 }, (_, i) => [i % VOCABULARY, 1, 2, 3].slice(0, 1 + (i % 4)));
    expect(rank([0, 1, 2], { choices, candidates: 2 }).maxRows).toBe(3 + 2 * 3);
  });
});

function sameScores(promptTokenIds: number[], choices: number[][], candidates: number): void {
  const decoding = rank(promptTokenIds, { choices, candidates });
  const { choiceScores } = drive(decoding, model);
  const expected = bruteForce(promptTokenIds, choices, candidates);
  expect(choiceScores!.map((score) => score === undefined)).toEqual(expected.map((score) => score === undefined));
  choiceScores!.forEach((score, i) => expect(score ?? 0).toBeCloseTo(expected[i] ?? 0, 9));
  expect(decoding.rows.length).toBeLessThanOrEqual(decoding.maxRows);
}

function rank(promptTokenIds: number[], strategy: { choices: number[][]; candidates: number }) {
  return startDecoding({ promptTokenIds, eosTokenIds: [], strategy: { kind: "rank", ...strategy } });
}

/** Each choice by itself, from the prompt on. */
function bruteForce(prompt: number[], choices: number[][], candidates: number): (number | undefined)[] {
  const first = logSoftmax(model(prompt));
  const kept = choices
    .map((tokenIds, index) => ({ index, likelihood: first[tokenIds[0]!]! }))
    .sort((a, b) => b.likelihood - a.likelihood || a.index - b.index)
    .slice(0, candidates);
  return choices.map((tokenIds, index) => {
    if (!kept.some((k) => k.index === index)) return undefined;
    return tokenIds.reduce((sum, id, i) => sum + logSoftmax(model([...prompt, ...tokenIds.slice(0, i)]))[id]!, 0);
  });
}

/** Depends on every token before and its place; rounded so that some likelihoods are equal. */
function model(ids: readonly number[]): Float32Array {
  const seed = ids.reduce((sum, id, i) => sum + (id + 1) * (i + 1) ** 2, 0);
  return Float32Array.from({ length: VOCABULARY }, (_, id) => Math.round(2 * Math.sin(seed * (id + 1))) / 2);
}
