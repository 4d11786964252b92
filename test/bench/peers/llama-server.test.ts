import { describe, expect, it } from "vitest";
import { clip } from "../../../bench/official/llava.ts";
import { languageGguf } from "../../../bench/peers/gguf-model.ts";
import { visionGguf } from "../../../bench/peers/gguf-vision.ts";
import { secondsToFirst, tokensPerSecond } from "../../../bench/peers/llama-server/rates.ts";
import { llavaCheckpoint } from "../../../bench/peers/llava-checkpoint.ts";
import { llavaShapes } from "../../../bench/peers/llava-shapes.ts";

type Shapes = readonly { readonly name: string; readonly shape: readonly number[] }[];

function numbers(tensors: Shapes): number {
  return tensors.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

describe("a LLaVA for llama-server", () => {
  it.each(["0.5b", "1.1b"] as const)("of %s parameters has as many in GGUF as in ours", (name) => {
    const shape = llavaShapes[name];
    const { tensors } = llavaCheckpoint(shape);
    const isLanguage = (tensor: Shapes[number]): boolean => tensor.name.startsWith("language_model.");
    const language = numbers(tensors.filter(isLanguage));
    expect(numbers(languageGguf(shape, "Q4_0").tensors)).toBe(language);
    expect(numbers(languageGguf(shape, "Q4_K_M").tensors)).toBe(language);
    // CLIP's last norm, which LLaVA has no use for, is left out.
    const tower = numbers(tensors) - language - 2 * clip.hidden_size;
    expect(numbers(visionGguf(clip, shape.sizes.hidden_size, "F16").tensors)).toBe(tower);
  });
});

describe("rates of answers", () => {
  const answer = (tokenTimes: readonly number[]) => ({ askedAt: 0, tokenTimes });

  it("count tokens while all answers come", () => {
    expect(tokensPerSecond([answer([500, 1000, 1500])])).toBe(2);
    expect(tokensPerSecond([answer([0, 500, 1000, 1500]), answer([500, 1500, 2500])])).toBe(3);
    expect(() => tokensPerSecond([answer([0, 1]), answer([2, 3])])).toThrow("did not come at once");
  });

  it("count from asking to the first token", () => {
    expect(secondsToFirst({ askedAt: 500, tokenTimes: [2000, 3000] })).toBe(1.5);
  });
});
