import { describe, expect, it } from "vitest";
import type { Reference, ReferenceAnswer } from "../../hub/index.ts";
import { compareAnswer, relaxed } from "../../src/compare-answer.ts";

const timing = {
  totalMs: 0,
  queueMs: 0,
  preprocessMs: 0,
  encodeMs: 0,
  decodeMs: 0,
  encodeBatch: 0,
  decodeBatch: 0,
  imageCacheHit: false,
};
const said = (text: string, tokenIds: readonly number[]) => {
  return { text, tokens: tokenIds.length, tokenIds, finishReason: "STOP", timing } as const;
};
const scored = (probability: number, similarity: number) => ({ logit: 0, probability, similarity, timing });
const reference = (expected: ReferenceAnswer, kind: Reference["kind"] = "exact"): Reference => {
  return { repository: "a/b", picture: "x.png", ask: { task: "caption" }, expect: expected, kind };
};

describe("an answer beside what is published", () => {
  const whole = { text: "two cats", tokenIds: [5, 6, 7] };

  it.each<[string, ReferenceAnswer, string, readonly number[], string]>([
    ["the same text by the same tokens", whole, "two cats", [5, 6, 7], "same"],
    ["the same text by others", whole, "two cats", [5, 67], "differs"],
    ["the same tokens with one more", whole, "two cats", [5, 6, 7, 8], "differs"],
    ["the same tokens, another text", whole, "two  cats", [5, 6, 7], "differs"],
    ["a beginning", { begins: "two", tokenIds: [5] }, "two cats", [5, 6, 7], "same"],
    ["a beginning of other tokens", { begins: "two", tokenIds: [4] }, "two cats", [5, 6, 7], "differs"],
    ["a text alone", { text: "two cats" }, " two cats ", [5, 6, 7], "same"],
  ])("%s", (_name, expected, text, ids, verdict) => {
    expect(compareAnswer(reference(expected), said(text, ids)).verdict).toBe(verdict);
  });

  it("may part late where it is of a run in fewer bits, but not before a third", () => {
    const soft = reference({ text: "abc", tokenIds: [1, 2, 3, 4, 5, 6] }, "soft");
    expect(compareAnswer(soft, said("abd", [1, 2, 9])).verdict).toBe("parts late");
    expect(compareAnswer(soft, said("xyz", [1, 9]))).toMatchObject({ verdict: "differs", compared: "1 of 6 tokens" });
  });

  it("is right by its scores within what is said, and says how far off it is", () => {
    const match = reference({ probability: 0.9971, similarity: 0.5162, within: 1e-3 });
    expect(compareAnswer(match, scored(0.9975, 0.5158)).verdict).toBe("same");
    expect(compareAnswer(match, scored(0.9971, 0.5182))).toEqual({
      verdict: "differs",
      expected: "0.9971, similarity 0.5162",
      given: "0.9971, similarity 0.5182",
      compared: "off by 0.0020 of 0.001",
    });
    expect(compareAnswer(relaxed(match), scored(0.96, 0.53)).verdict).toBe("same");
    expect(compareAnswer(relaxed(match), scored(0.9, 0.53)).verdict).toBe("differs");
  });

  it("differs where it is of another kind", () => {
    expect(compareAnswer(reference(whole), scored(1, 1)).verdict).toBe("differs");
    const match = reference({ probability: 1, similarity: 1, within: 1 }, "soft");
    expect(compareAnswer(match, said("1", [1])).verdict).toBe("differs");
  });
});
