import { beforeAll, describe, expect, it } from "vitest";
import type { Picture, Programs } from "../../../../inference/models/model.ts";
import { openModel } from "../../../../inference/models/registry.ts";
import type { EncoderCall, Program, ProgramOutcome } from "../../../../inference/scheduling/program.ts";
import { loadTokenizer } from "../../../../inference/text/tokenizer.ts";
import { floats, GOLDEN, openGolden } from "./golden.ts";

const picture: Picture = { sha256: "5a", width: 1, height: 1, views: [floats([3, 1, 1], [0, 0, 0])] };
const [DEC, SEP] = [315, 5];

async function programsOf(name: string): Promise<Required<Programs>> {
  const programs = openModel(`${GOLDEN}${name}`).programs(await loadTokenizer(`${GOLDEN}${name}`), name);
  return programs as Required<Programs>;
}

/** A program's encoder calls, those that others read first: "network key". */
function calls(program: Program): string[] {
  const memory = program.decode?.memory;
  const all = [...program.calls, ...(memory ? [memory] : [])].flatMap((call) => [...inputCalls(call), call]);
  return [...new Set(all.map(({ network, key }) => `${network} ${key}`))];
}

function inputCalls(call: EncoderCall): EncoderCall[] {
  return Object.values(call.inputs).flatMap((input) =>
    "call" in input ? [...inputCalls(input.call), input.call] : [],
  );
}

function outcome(generation: ProgramOutcome["generation"], outputs: ProgramOutcome["outputs"] = []): ProgramOutcome {
  return generation ? { outputs, generation } : { outputs };
}

describe("captioning", () => {
  let caption: Required<Programs>["caption"];
  beforeAll(async () => ({ caption } = await programsOf("captioning-base")));

  interface Cases {
    readonly generations: readonly { readonly prompt: string | null; readonly promptTokenIds: readonly number[] }[];
  }

  it("prompts with the tokens that transformers prompts with", () => {
    for (const { prompt, promptTokenIds } of openGolden<Cases>("captioning-base").cases.generations) {
      const { program } = caption(picture, prompt ?? undefined, {});
      expect(program.decode).toMatchObject({ promptTokenIds, eosTokenIds: [SEP] });
    }
  });

  it("reads the picture once, whatever the prompt", () => {
    const expected = ["captioning-base/vision 5a", "captioning-base/memory 5a"];
    expect(calls(caption(picture, undefined, {}).program)).toEqual(expected);
    expect(calls(caption(picture, "a picture of", {}).program)).toEqual(expected);
  });

  it("is greedy with 20 new tokens unless told otherwise", () => {
    expect(caption(picture, undefined, {}).program.decode?.strategy).toEqual({
      kind: "sample",
      maxTokens: 20,
      minTokens: 0,
      repetitionPenalty: 1,
      sampling: { kind: "greedy" },
    });
  });

  it("samples the 50 likeliest when a temperature is given, with a seed of its own", () => {
    const { strategy } = caption(picture, undefined, { temperature: 0.7 }).program.decode!;
    const seed = expect.any(Number) as number;
    expect(strategy).toMatchObject({ sampling: { kind: "random", temperature: 0.7, topK: 50, topP: 1, seed } });
    const again = caption(picture, undefined, { temperature: 1, topK: 0, topP: 0.9, seed: 7 }).program.decode!.strategy;
    expect(again).toMatchObject({ sampling: { topK: Infinity, topP: 0.9, seed: 7 } });
  });

  it("searches with beams", () => {
    const options = { beams: 3, lengthPenalty: 2, minTokens: 30, maxTokens: 9 };
    expect(caption(picture, undefined, options).program.decode?.strategy).toEqual({
      kind: "beam",
      beams: 3,
      lengthPenalty: 2,
      earlyStopping: false,
      maxTokens: 9,
      minTokens: 9,
      repetitionPenalty: 1,
    });
  });

  it("refuses to sample and search at once", () => {
    expect(() => caption(picture, undefined, { beams: 3, temperature: 1 })).toThrow(
      expect.objectContaining({ code: "BAD_USER_INPUT" }),
    );
  });

  it("generates no further than the model has positions", () => {
    const { promptTokenIds, strategy } = caption(picture, "a dog ".repeat(30), { maxTokens: 500 }).program.decode!;
    expect(promptTokenIds).toHaveLength(61);
    expect(strategy).toMatchObject({ maxTokens: 3 });
  });

  it("refuses a prompt that leaves no position for an answer", () => {
    expect(() => caption(picture, "a dog ".repeat(32), {})).toThrow(
      expect.objectContaining({
        code: "PROMPT_TOO_LONG",
        message: "the text is 65 tokens long; the model takes at most 63",
      }),
    );
  });

  it("answers with the new tokens", () => {
    const { finish } = caption(picture, "a", {});
    const generation = { tokenIds: [7, 8], finishReason: "LENGTH" } as const;
    expect(finish(outcome(generation))).toEqual(generation);
  });
});

describe("answering", () => {
  let answer: Required<Programs>["answer"];
  beforeAll(async () => ({ answer } = await programsOf("vqa-base")));

  interface Cases {
    readonly generations: readonly { readonly question: string; readonly questionTokenIds: readonly number[] }[];
    readonly candidates: { readonly texts: readonly string[]; readonly tokenIds: readonly (readonly number[])[] };
  }
  const { cases } = openGolden<Cases>("vqa-base");

  it("asks with the tokens that transformers asks with, over the picture", () => {
    for (const { question, questionTokenIds } of cases.generations) {
      const { program } = answer(picture, question, undefined, {});
      expect(program.decode).toMatchObject({ promptTokenIds: [DEC], eosTokenIds: [SEP], strategy: { maxTokens: 10 } });
      const key = `vqa-base/question 5a ${questionTokenIds.join()}`;
      expect(calls(program)).toEqual(["vqa-base/vision 5a", key]);
    }
  });

  it("masks nothing of a question", () => {
    const { inputs } = answer(picture, "is it raining?", undefined, {}).program.decode!.memory!;
    expect(inputs.attention_mask).toMatchObject({ dims: [10], data: new Float32Array(10).fill(1) });
  });

  it("ranks choices by their tokens after [DEC]", () => {
    const { texts, tokenIds } = cases.candidates;
    const { strategy } = answer(picture, "what?", texts, {}).program.decode!;
    expect(strategy).toEqual({ kind: "rank", choices: tokenIds.map((ids) => ids.slice(1)), candidates: 256 });
  });

  it("answers with the best choice, and all that were scored", () => {
    const { finish } = answer(picture, "what?", ["yes", "no", "two dogs"], {});
    const scores = { tokenIds: [], finishReason: "STOP", choiceScores: [undefined, -3, -1] } as const;
    const { tokenIds, ...rest } = finish(outcome(scores));
    expect(tokenIds).toEqual(cases.candidates.tokenIds[cases.candidates.texts.indexOf("two dogs")]!.slice(1, -1));
    expect(rest).toEqual({
      finishReason: "STOP",
      ranking: [
        { text: "two dogs", score: -1 },
        { text: "no", score: -3 },
      ],
    });
  });

  it("refuses to choose from nothing", () => {
    expect(() => answer(picture, "what?", [], {})).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
  });

  it("refuses a question that is longer than the model reads", () => {
    expect(() => answer(picture, "dog ".repeat(63), undefined, {})).toThrow(
      "the text is 65 tokens long; the model takes at most 64",
    );
  });
});

describe("retrieval", () => {
  let programs: Required<Programs>;
  beforeAll(async () => (programs = await programsOf("retrieval-base")));

  it("embeds pictures and texts", () => {
    const image = programs.embedImage(picture);
    expect(calls(image.program)).toEqual(["retrieval-base/vision 5a"]);
    const embedding = Float32Array.of(0.6, 0.8);
    expect(image.finish(outcome(undefined, [{ image_embedding: { dims: [2], data: embedding } }]))).toEqual({
      values: embedding,
      vectors: 1,
    });

    const text = programs.embedText("cat");
    expect(calls(text.program)).toEqual(["retrieval-base/text 4,161,5"]);
    expect(text.finish(outcome(undefined, [{ text_embedding: { dims: [2], data: embedding } }]))).toEqual({
      values: embedding,
      vectors: 1,
    });
  });

  it("matches by both measures", () => {
    const { program, finish } = programs.match(picture, "cat");
    expect(calls(program)).toEqual([
      "retrieval-base/vision 5a",
      "retrieval-base/match 5a 4,161,5",
      "retrieval-base/text 4,161,5",
    ]);
    const scores = finish(
      outcome(undefined, [
        { itm_logits: floats([2], [1, 3]) },
        { image_embedding: floats([2], [0.6, 0.8]) },
        { text_embedding: floats([2], [1, 0]) },
      ]),
    );
    expect(scores.logit).toBe(3);
    expect(scores.probability).toBeCloseTo(Math.E ** 3 / (Math.E ** 3 + Math.E), 6);
    expect(scores.similarity).toBeCloseTo(0.6, 6);
  });

  it("has no captions or answers", () => {
    expect(Object.keys(programs)).toEqual(["match", "embedImage", "embedText"]);
  });
});
