import { describe, expect, it } from "vitest";
import {
  argmax,
  divideByTemperature,
  forbid,
  keepTopK,
  keepTopP,
  logSoftmax,
  penalizeRepetition,
} from "../../../inference/generation/logits.ts";
import { golden } from "./golden.ts";

interface Case {
  logits: number[];
  tokenIds: number[];
  numPromptTokens: number;
  repetitionPenalty: number | null;
  minTokens: number | null;
  temperature: number | null;
  topK: number | null;
  topP: number | null;
  /** null: −∞ */
  scores: (number | null)[];
  probabilities: number[];
}

const { eosTokenId, cases } = golden("generation.json") as { eosTokenId: number; cases: Case[] };

describe("logits processors", () => {
  it.each(cases.map((c, i) => [i, c] as const))("do what transformers' do, case %i", (_, c) => {
    const scores = processed(c);
    expect(scores.map((score) => score === -Infinity)).toEqual(c.scores.map((score) => score === null));
    scores.forEach((score, id) => expect(score === -Infinity ? 0 : score).toBeCloseTo(c.scores[id] ?? 0, 4));
    const probabilities = logSoftmax(Float32Array.from(scores)).map(Math.exp);
    probabilities.forEach((p, id) => expect(p).toBeCloseTo(c.probabilities[id]!, 5));
  });

  it("keep what ties with the k-th", () => {
    const scores = Float32Array.of(1, 3, 2, 2, 0);
    keepTopK(scores, 2);
    expect([...scores]).toEqual([-Infinity, 3, 2, 2, -Infinity]);
  });

  it("keep the likeliest token whatever topP is", () => {
    const scores = Float32Array.of(1, 3, 2);
    keepTopP(scores, 0);
    expect([...scores]).toEqual([-Infinity, 3, -Infinity]);
  });

  it("count forbidden tokens as nothing in topP", () => {
    const scores = Float32Array.of(-Infinity, 0, 0, -Infinity);
    keepTopP(scores, 0.9);
    expect([...scores]).toEqual([-Infinity, 0, 0, -Infinity]);
  });

  it("remove the lower id first of equally likely tokens", () => {
    const scores = new Float32Array(8);
    keepTopP(scores, 0.5);
    expect([...scores].map(Number.isFinite)).toEqual([false, false, false, false, true, true, true, true]);
  });
});

describe("logSoftmax", () => {
  it("survives logits whose exponentials overflow", () => {
    expect([...logSoftmax(Float32Array.of(1000, 1000, -1000))]).toEqual([
      expect.closeTo(-Math.LN2, 6),
      expect.closeTo(-Math.LN2, 6),
      expect.closeTo(-2000 - Math.LN2, 3),
    ]);
  });
});

describe("argmax", () => {
  it("takes the first of equals", () => {
    expect(argmax(Float32Array.of(-2, 7, 7, 1))).toBe(1);
  });
});

/** In the order of transformers' generate(); a setting that is null is off. */
function processed(c: Case): number[] {
  const scores = Float32Array.from(c.logits);
  penalizeRepetition(scores, c.tokenIds, c.repetitionPenalty ?? 1);
  if (c.tokenIds.length - c.numPromptTokens < (c.minTokens ?? 0)) forbid(scores, [eosTokenId]);
  if (c.temperature !== null) divideByTemperature(scores, c.temperature);
  keepTopK(scores, c.topK ?? Infinity);
  keepTopP(scores, c.topP ?? 1);
  return [...scores];
}
