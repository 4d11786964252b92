import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { AnswerText } from "../../../inference/text/answer-text.ts";
import type { Tokenizer } from "../../../inference/text/tokenizer.ts";
import { Trimming } from "../../../inference/text/trimming.ts";
import { byteFallback, byteLevel } from "./tokenizers.ts";

describe("Trimming", () => {
  it("gives the text trimmed, whatever its pieces", () => {
    const pieces = fc.array(fc.oneof(fc.constantFrom(" ", "\n", "\u00A0", "\t ", ""), fc.string({ maxLength: 3 })));
    fc.assert(
      fc.property(pieces, (all) => {
        const trimming = new Trimming();
        expect(all.map((piece) => trimming.push(piece)).join("")).toBe(all.join("").trim());
      }),
    );
  });
});

describe.each([
  ["byte-level BPE", byteLevel, ["ð", "ðŁ", "ĺ", "Ģ", "Ġ", "a", "Ġa", "th", "Ġthe", "Ċ"]],
  ["byte fallback", byteFallback, ["<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "▁", "a", "▁a", "▁the", "</s>"]],
])("AnswerText of %s", (_, load, tokens) => {
  let tokenizer: Tokenizer;
  let ids: fc.Arbitrary<number[]>;
  beforeAll(async () => {
    tokenizer = await load();
    const known = tokens.map((token) => tokenizer.idOf(token)).filter((id) => id !== undefined);
    expect(known.length).toBeGreaterThan(6);
    ids = fc.array(fc.oneof(fc.constantFrom(...known), fc.nat(tokenizer.vocabularySize - 1)), { maxLength: 50 });
  });
  const stops = fc.array(fc.constantFrom("a", " a", "the", "the a", "th", "😀"), { maxLength: 3 });

  /** The text before the first stop string, trimmed, and whether there is one. */
  function expected(all: readonly number[], stop: readonly string[]): { text: string; stopped: boolean } {
    const text = tokenizer.decode(all);
    const places = stop.map((end) => text.indexOf(end)).filter((place) => place >= 0);
    return {
      text: text.slice(0, places.length === 0 ? text.length : Math.min(...places)).trim(),
      stopped: places.length > 0,
    };
  }

  it("is the decoded text before a stop string, trimmed, in whole characters", () => {
    fc.assert(
      fc.property(fc.tuple(ids, stops), ([all, stop]) => {
        const answer = new AnswerText(tokenizer, stop);
        const pieces = [...all.map((id) => answer.push([id])), answer.end()];
        const { text, stopped } = expected(all, stop);
        expect([pieces.join(""), answer.isStopped]).toEqual([text, stopped]);
        expect(pieces.filter((piece) => /\p{Surrogate}/u.test(piece))).toEqual([]);
        expect(pieces.join("")).toBe(pieces.join("").trim());
        if (!stopped) expect(answer.numTokens).toBe(all.length);
      }),
      { numRuns: 500 },
    );
  });

  it("taken up again after any token, goes on exactly where it was", () => {
    fc.assert(
      fc.property(ids, stops, fc.nat(50), (all, stop, at) => {
        const whole = new AnswerText(tokenizer, stop);
        const before = whole.push(all.slice(0, at));
        const resumed = new AnswerText(tokenizer, stop);
        expect(resumed.push(all.slice(0, at))).toBe(before);
        const rest = (answer: AnswerText): string => answer.push(all.slice(at)) + answer.end();
        expect([rest(resumed), resumed.numTokens]).toEqual([rest(whole), whole.numTokens]);
      }),
      { numRuns: 500 },
    );
  });
});
