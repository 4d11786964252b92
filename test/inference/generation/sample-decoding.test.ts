import { describe, expect, it } from "vitest";
import { startDecoding } from "../../../inference/generation/decoding.ts";
import type { Generation, SampleStrategy } from "../../../inference/scheduling/program.ts";
import { drive, type LanguageModel } from "./drive.ts";

const EOS = 9;
const greedy: SampleStrategy = {
  kind: "sample",
  sampling: { kind: "greedy" },
  maxTokens: 8,
  minTokens: 0,
  repetitionPenalty: 1,
};
const random: SampleStrategy = {
  ...greedy,
  sampling: { kind: "random", temperature: 1, topK: Infinity, topP: 1, seed: 3 },
};

describe("SampleDecoding", () => {
  it("ends with the end token, which it leaves out", () => {
    expect(generate(greedy, says([3, 4, EOS]))).toEqual({ tokenIds: [3, 4], finishReason: "STOP" });
  });

  it("ends with any of several end tokens", () => {
    const spec = { promptTokenIds: [1], eosTokenIds: [EOS, 8], strategy: greedy };
    expect(drive(startDecoding(spec), says([3, 8, 4]))).toEqual({ tokenIds: [3], finishReason: "STOP" });
  });

  it("ends after maxTokens, without an end token", () => {
    expect(generate({ ...greedy, maxTokens: 2 }, says([3, 4, EOS]))).toEqual({
      tokenIds: [3, 4],
      finishReason: "LENGTH",
    });
  });

  it("stops on an end token that is the last it may say", () => {
    expect(generate({ ...greedy, maxTokens: 3 }, says([3, 4, EOS]))).toEqual({
      tokenIds: [3, 4],
      finishReason: "STOP",
    });
  });

  it("says minTokens before the end token may come", () => {
    const { tokenIds } = generate({ ...greedy, minTokens: 4 }, says([EOS, EOS, EOS, EOS, EOS]));
    expect(tokenIds).toHaveLength(4);
  });

  it("counts the prompt's ids as repetitions", () => {
    const flat: LanguageModel = () => Float32Array.of(1, 1.1, 1.05, 0, 0, 0, 0, 0, 0, 0);
    expect(generate({ ...greedy, repetitionPenalty: 1.2, maxTokens: 2 }, flat).tokenIds).toEqual([2, 0]);
  });

  it("settles each token at once, for streams", () => {
    const decoding = startDecoding({ promptTokenIds: [1], eosTokenIds: [EOS], strategy: greedy });
    const settled: number[] = [];
    drive(decoding, (ids) => {
      settled.push(decoding.tokenIds.length);
      return says([3, 4, EOS])(ids);
    });
    expect(settled).toEqual([0, 1, 2]);
  });

  it("leaves the lent logits as they were", () => {
    const lent = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    generate({ ...random, minTokens: 2, repetitionPenalty: 1.3 }, () => lent);
    expect([...lent]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("gives the same with the same seed, and otherwise with another", () => {
    const generated = (seed: number): Generation =>
      generate(
        {
          ...random,
          maxTokens: 30,
          sampling: { ...random.sampling, kind: "random", temperature: 1, topK: 50, topP: 1, seed },
        },
        vague,
      );
    expect(generated(1)).toEqual(generated(1));
    expect(generated(2)).not.toEqual(generated(1));
  });

  it("goes on elsewhere as it would have gone on", () => {
    const strategy = { ...random, maxTokens: 30, minTokens: 30 };
    const whole = generate(strategy, vague).tokenIds;
    const rest = { promptTokenIds: [1], resumedTokenIds: whole.slice(0, 12), eosTokenIds: [EOS], strategy };
    expect(drive(startDecoding(rest), vague).tokenIds).toEqual(whole);
  });

  it("counts resumed tokens as its own, in length and repetition", () => {
    const strategy = { ...random, maxTokens: 9, minTokens: 7, repetitionPenalty: 1.4 };
    const whole = generate(strategy, vague);
    for (let resumed = 0; resumed <= whole.tokenIds.length; resumed++) {
      const resumedTokenIds = whole.tokenIds.slice(0, resumed);
      const rest = startDecoding({ promptTokenIds: [1], resumedTokenIds, eosTokenIds: [EOS], strategy });
      expect(rest.tokenIds).toEqual(resumedTokenIds);
      expect(drive(rest, vague)).toEqual(whole);
    }
  });

  it("is over at once where all was said before", () => {
    const strategy = { ...greedy, maxTokens: 2 };
    const decoding = startDecoding({ promptTokenIds: [1], resumedTokenIds: [3, 4], eosTokenIds: [EOS], strategy });
    expect(decoding.outcome).toEqual({ tokenIds: [3, 4], finishReason: "LENGTH" });
  });
});

function generate(strategy: SampleStrategy, model: LanguageModel): Generation {
  return drive(startDecoding({ promptTokenIds: [1], eosTokenIds: [EOS], strategy }), model);
}

/** Says these tokens after a prompt of one, whatever was said before. */
function says(tokenIds: readonly number[]): LanguageModel {
  return (ids) => Float32Array.from({ length: 10 }, (_, id) => (id === tokenIds[ids.length - 1] ? 5 : id / 100));
}

/** Depends on the last token only, and prefers nothing much. */
function vague(ids: readonly number[]): Float32Array {
  return Float32Array.from({ length: 10 }, (_, id) => Math.sin(7 * ids.at(-1)! + 3 * id));
}
