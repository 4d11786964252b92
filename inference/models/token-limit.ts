import { InferenceError } from "../errors.ts";

/** The token ids of a text, or PROMPT_TOO_LONG where they are more than the model takes. */
export function withinLimit(ids: readonly number[], limit: number): readonly number[] {
  if (ids.length <= limit) return ids;
  throw new InferenceError(
    "PROMPT_TOO_LONG",
    `the text is ${ids.length} tokens long; the model takes at most ${limit}`,
  );
}
