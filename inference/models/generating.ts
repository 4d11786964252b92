import { InferenceError } from "../errors.ts";
import type { DecodeSpec, Generation, Strategy } from "../scheduling/program.ts";
import type { GeneratedText, Prepared } from "./model.ts";

/** Where a language model begins: what it has seen, and the tokens that it goes on from. */
export interface Start extends Omit<DecodeSpec, "strategy"> {
  /** The name that its networks go by. */
  readonly model: string;
}

/** Of more choices, only those with the likeliest first tokens are scored in full; the API takes no more than these. */
const RANKED_CHOICES = 256;

/** Goes on from the start in its own words. */
export function generate({ model, ...start }: Start, strategy: Strategy): Prepared<GeneratedText> {
  return {
    program: { model, calls: [], decode: { ...start, strategy } },
    finish: ({ generation }) => ({ tokenIds: generation!.tokenIds, finishReason: generation!.finishReason }),
  };
}

/** One thing that may be said: its text, and its tokens with the end token. */
export interface Choice {
  readonly text: string;
  readonly tokenIds: readonly number[];
}

/** Says what it likes best of the choices. Throws BAD_USER_INPUT where there are none. */
export function rank({ model, ...start }: Start, choices: readonly Choice[]): Prepared<GeneratedText> {
  if (choices.length === 0) throw new InferenceError("BAD_USER_INPUT", "there are no choices to choose from");
  const tokens = choices.map(({ tokenIds }) => tokenIds);
  const strategy = { kind: "rank", choices: tokens, candidates: RANKED_CHOICES } as const;
  return {
    program: { model, calls: [], decode: { ...start, strategy } },
    finish: ({ generation }) => chosen(choices, generation!),
  };
}

/** The choices that were scored, best first; the best is the answer. */
function chosen(choices: readonly Choice[], { choiceScores }: Generation): GeneratedText {
  const scored = choices.map((choice, i) => ({ ...choice, score: choiceScores?.[i] }));
  const ranked = scored.filter(({ score }) => score !== undefined).sort((a, b) => b.score! - a.score!);
  return {
    tokenIds: ranked[0]!.tokenIds.slice(0, -1),
    finishReason: "STOP",
    ranking: ranked.map(({ text, score }) => ({ text, score: score! })),
  };
}
