import fc from "fast-check";
import type { Strategy } from "../../../inference/scheduling/program.ts";
import { VOCABULARY } from "./fake-model.ts";

/** What is asked of the fake models, and how they shall answer. */

export interface Prompt {
  readonly tokenIds: readonly number[];
  /** Each takes three rows, or what is left of them after the first `from`. */
  readonly pictures: readonly { readonly start: number; readonly from: number; readonly pixels: readonly number[] }[];
}

/** Of a row that is no token. */
const PLACEHOLDER = 0;

export const tokenId = fc.integer({ min: 2, max: VOCABULARY - 1 });
export const pixels = fc.constantFrom([1, 2], [3, 4], [5, 6]);

export const textPrompt: fc.Arbitrary<Prompt> = fc
  .array(tokenId, { minLength: 1, maxLength: 8 })
  .map((tokenIds) => ({ tokenIds, pictures: [] }));

/** Text with pictures anywhere in it but at its end. */
export const withPictures: fc.Arbitrary<Prompt> = fc
  .record({
    parts: fc.array(
      fc.record({ before: fc.array(tokenId, { maxLength: 3 }), from: fc.constantFrom(0, 0, 1, 2), pixels }),
      { maxLength: 3 },
    ),
    end: fc.array(tokenId, { minLength: 1, maxLength: 5 }),
  })
  .map(({ parts, end }) => {
    const tokenIds: number[] = [];
    const pictures = parts.map(({ before, ...picture }) => {
      const start = tokenIds.push(...before);
      for (let row = picture.from; row < 3; row++) tokenIds.push(PLACEHOLDER);
      return { start, ...picture };
    });
    return { tokenIds: [...tokenIds, ...end], pictures };
  });

const length = {
  maxTokens: fc.integer({ min: 1, max: 8 }),
  minTokens: fc.nat(4),
  repetitionPenalty: fc.constantFrom(1, 1, 1.3),
};

const sample: fc.Arbitrary<Strategy> = fc.record({
  kind: fc.constant("sample" as const),
  sampling: fc.oneof(
    fc.constant({ kind: "greedy" as const }),
    fc.record({
      kind: fc.constant("random" as const),
      temperature: fc.constantFrom(0.7, 1, 2),
      topK: fc.constantFrom(3, 8, Infinity),
      topP: fc.constantFrom(0.6, 0.95, 1),
      seed: fc.nat(5),
    }),
  ),
  ...length,
});

const beam: fc.Arbitrary<Strategy> = fc.record({
  kind: fc.constant("beam" as const),
  beams: fc.integer({ min: 2, max: 4 }),
  lengthPenalty: fc.constantFrom(-1, 0, 1),
  earlyStopping: fc.boolean(),
  ...length,
});

const rank: fc.Arbitrary<Strategy> = fc.record({
  kind: fc.constant("rank" as const),
  choices: fc.array(fc.array(tokenId, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
  candidates: fc.integer({ min: 1, max: 6 }),
});

export const strategy: fc.Arbitrary<Strategy> = fc.oneof(
  { weight: 3, arbitrary: sample },
  { weight: 2, arbitrary: beam },
  { weight: 1, arbitrary: rank },
);
