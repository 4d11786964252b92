import { describe, expect, it } from "vitest";
import { InferenceError } from "../../inference/index.ts";
import { parseGenerationOptions, type GenerationOptionsInput } from "../../resolvers/generation-options.ts";

describe("generation options", () => {
  it("keep what was given and leave out nulls", () => {
    expect(parseGenerationOptions(null)).toEqual({});
    const input = {
      maxTokens: 512,
      minTokens: 0,
      temperature: 0,
      topP: 1,
      topK: null,
      beams: 16,
      stop: ["."],
      seed: -5,
    };
    expect(parseGenerationOptions(input)).toEqual({ ...input, topK: undefined });
    expect(parseGenerationOptions(input)).not.toHaveProperty("topK");
  });

  const wrong: readonly [GenerationOptionsInput, string][] = [
    [{ maxTokens: 0 }, "options.maxTokens must be between 1 and 512; it is 0."],
    [{ maxTokens: 513 }, "options.maxTokens must be between 1 and 512; it is 513."],
    [{ minTokens: -1 }, "options.minTokens must be between 0 and 512; it is -1."],
    [{ temperature: 2.5 }, "options.temperature must be between 0 and 2; it is 2.5."],
    [{ temperature: -0.1 }, "options.temperature must be between 0 and 2; it is -0.1."],
    [{ topP: 0 }, "options.topP must be greater than 0 and at most 1; it is 0."],
    [{ topP: 1.01 }, "options.topP must be greater than 0 and at most 1; it is 1.01."],
    [{ topK: 0 }, "options.topK must be at least 1; it is 0."],
    [{ repetitionPenalty: 0 }, "options.repetitionPenalty must be greater than 0 and at most 10; it is 0."],
    [{ beams: 17 }, "options.beams must be between 1 and 16; it is 17."],
    [{ lengthPenalty: 11 }, "options.lengthPenalty must be between -10 and 10; it is 11."],
    [{ lengthPenalty: NaN }, "options.lengthPenalty must be between -10 and 10; it is NaN."],
    [{ stop: ["a", "b", "c", "d", "e"] }, "options.stop must have at most 4 strings; it has 5."],
    [{ stop: ["a", ""] }, "options.stop[1] must have 1 to 64 characters; it has 0."],
    [{ stop: ["x".repeat(65)] }, "options.stop[0] must have 1 to 64 characters; it has 65."],
    [{ minTokens: 5, maxTokens: 4 }, "options.minTokens (5) must not be greater than options.maxTokens (4)."],
    [{ beams: 2, temperature: 1 }, "they exclude each other"],
  ];
  it.each(wrong)("refuse %j", (input, message) => {
    const refused = catching(() => parseGenerationOptions(input));
    expect(refused).toBeInstanceOf(InferenceError);
    expect(refused).toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringContaining(message) as string });
  });
});

function catching(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
