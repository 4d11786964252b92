import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { TextStream } from "../../../inference/text/text-stream.ts";
import { loadTokenizer, type Tokenizer } from "../../../inference/text/tokenizer.ts";
import { byteFallback, byteLevel, metaspace, wordPiece } from "./tokenizers.ts";

const LLAVA = new URL("../../golden/llava/", import.meta.url).pathname;
const TRICKY = ["n", "'", "t", "##t", "s", "##s", "m", ".", "?", "!", ",", "##n", "[SEP]", "[UNK]", "re", "##e", "##v"];

describe.each([
  ["WordPiece", () => wordPiece("plain"), TRICKY],
  ["WordPiece with clean-up", () => wordPiece("joined"), TRICKY],
  [
    "byte-level BPE",
    byteLevel,
    ["ð", "ðŁ", "ĺ", "Ģ", "Ã", "©", "Ã©", "a", "Ġ", "<|end|>", "<tool>", "ï", "»", "¿", "½"],
  ],
  ["Unigram with clean-up", metaspace, ["▁", "▁n", "▁'", "'", "t", "▁t", "▁'t"]],
  [
    "byte fallback",
    byteFallback,
    ["<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "▁", "a", "<0xEF>", "<0xBB>", "<0xBF>", "</s>"],
  ],
  [
    "LLaMA",
    () => loadTokenizer(`${LLAVA}clip-llama`),
    ["<0xF0>", "<0x9F>", "<0x90>", "<0xB6>", "▁", "</s>", "<image>"],
  ],
  ["Qwen2", () => loadTokenizer(`${LLAVA}siglip-qwen2`), ["ð", "Ł", "IJ", "¶", "Ġ", "<|im_end|>", "<image>"]],
])("TextStream of %s", (_, load, tricky) => {
  let tokenizer: Tokenizer;
  let anyId: fc.Arbitrary<number>;
  beforeAll(async () => {
    tokenizer = await load();
    const trickyIds = tricky.map((token) => tokenizer.idOf(token)).filter((id) => id !== undefined);
    anyId = fc.oneof(fc.nat(tokenizer.vocabularySize + 3), fc.constantFrom(...trickyIds));
  });

  it("gives the text of all ids, in pieces that hold whole characters", () => {
    fc.assert(
      fc.property(fc.array(anyId, { maxLength: 60 }), (ids) => {
        const pieces = stream(tokenizer, ids);
        expect(pieces.join("")).toBe(tokenizer.decode(ids));
        expect(pieces.filter((piece) => /\p{Surrogate}/u.test(piece))).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it("does so for a few ids said again and again", () => {
    fc.assert(
      fc.property(fc.array(anyId, { minLength: 1, maxLength: 4 }), fc.array(anyId, { maxLength: 3 }), (loop, start) => {
        const ids = [...start, ...Array.from({ length: 40 }, () => loop).flat()];
        expect(stream(tokenizer, ids).join("")).toBe(tokenizer.decode(ids));
      }),
      { numRuns: 300 },
    );
  });

  it("holds little back, and decodes little for each id", () => {
    fc.assert(
      fc.property(fc.array(anyId, { minLength: 300, maxLength: 300 }), (ids) => {
        const counted = countingDecodes(tokenizer);
        const text = new TextStream(counted.tokenizer);
        let given = "";
        for (const [i, id] of ids.entries()) {
          given += text.push(id);
          expect(tokenizer.decode(ids.slice(0, i + 1)).length - given.length).toBeLessThanOrEqual(5);
        }
        expect(counted.decoded() / ids.length).toBeLessThan(20);
      }),
      { numRuns: 10 },
    );
  });
});

describe("TextStream", () => {
  it("waits for the rest of an emoji", async () => {
    const tokenizer = await byteLevel();
    const pieces = stream(tokenizer, tokenizer.encode("a 😀!"));
    expect(pieces.filter((piece) => piece !== "")).toEqual(["a", " 😀", "!"]);
  });

  it("gives half a character only at the end", async () => {
    const tokenizer = await byteLevel();
    expect(stream(tokenizer, tokenizer.encode("é😀").slice(0, -1))).toEqual(["é", "", "", "\uFFFD"]);
  });

  it("gives a word with the space before it, and what continues it without", async () => {
    const tokenizer = await wordPiece("plain");
    const ids = ["a", "surf", "##board", "[SEP]"].map((token) => tokenizer.idOf(token)!);
    expect(stream(tokenizer, ids)).toEqual(["a", " surf", "board", "", ""]);
  });

  it("waits where clean-up may take a space away", async () => {
    const tokenizer = await wordPiece("joined");
    const ids = ["dog", "n", "'", "t", "park"].map((token) => tokenizer.idOf(token)!);
    expect(stream(tokenizer, ids)).toEqual(["dog", "", "", "n't", " park", ""]);
  });
});

/** The pieces of push for each id, and of end. */
function stream(tokenizer: Tokenizer, ids: readonly number[]): string[] {
  const text = new TextStream(tokenizer);
  return [...ids.map((id) => text.push(id)), text.end()];
}

function countingDecodes(tokenizer: Tokenizer): { tokenizer: Tokenizer; decoded: () => number } {
  let decoded = 0;
  const decode = (ids: readonly number[]): string => {
    decoded += ids.length;
    return tokenizer.decode(ids);
  };
  return { tokenizer: { ...tokenizer, decode }, decoded: () => decoded };
}
