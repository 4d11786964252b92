import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadTokenizer, makeTokenizer, type Tokenizer } from "../../../inference/text/tokenizer.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { byteLevel, GOLDEN, goldenJson, wordPiece } from "./tokenizers.ts";

interface Encoded {
  readonly text: string;
  readonly tokenIds: readonly number[];
  readonly decoded: string;
  readonly cleanedUp: string;
}

interface Decoded extends Omit<Encoded, "text"> {
  /** By a tokenizer that lacks [DEC] and [ENC]. */
  readonly decodedWithoutAdded: string;
}

const goldens = goldenJson("wordpiece.json") as unknown as { encode: readonly Encoded[]; decode: readonly Decoded[] };

/** The golden tokenizer without tokenizer.json, and without anything but vocab.txt. */
let fromVocabulary: string;
let vocabularyOnly: string;

beforeAll(async () => {
  fromVocabulary = await mkdtemp(join(tmpdir(), "tokenizer-"));
  vocabularyOnly = await mkdtemp(join(tmpdir(), "tokenizer-"));
  for (const name of ["vocab.txt", "tokenizer_config.json"]) await cp(join(GOLDEN, name), join(fromVocabulary, name));
  await cp(join(GOLDEN, "vocab.txt"), join(vocabularyOnly, "vocab.txt"));
});
afterAll(() => Promise.all([fromVocabulary, vocabularyOnly].map((folder) => rm(folder, { recursive: true }))));

describe.each([
  ["tokenizer.json", () => GOLDEN],
  ["vocab.txt", () => fromVocabulary],
])("WordPiece of %s against BertTokenizerFast", (_, folder) => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await loadTokenizer(folder());
  });

  it.each(goldens.encode)("encodes and decodes $text", ({ text, tokenIds, decoded }) => {
    expect(tokenizer.encode(text)).toEqual(tokenIds);
    expect(tokenizer.encodePlain(text)).toEqual(tokenIds.slice(1, -1));
    expect(tokenizer.decode(tokenIds)).toBe(decoded);
  });

  it.each(goldens.decode)("decodes $tokenIds", ({ tokenIds, decoded }) => {
    expect(tokenizer.decode(tokenIds)).toBe(decoded);
  });

  it("knows its size, its limit and its special tokens", () => {
    expect([tokenizer.vocabularySize, tokenizer.maxLength]).toEqual([317, 512]);
    expect(["[CLS]", "[SEP]", "[DEC]", "[ENC]", "[OTHER]"].map((token) => tokenizer.idOf(token))).toEqual([
      4,
      5,
      315,
      316,
      undefined,
    ]);
    expect([4, 5, 315, 316, 317, -1, 160].filter((id) => tokenizer.prints(id))).toEqual([160]);
  });
});

describe("WordPiece", () => {
  it("joins what clean-up joins, where the checkpoint asks for it", async () => {
    const tokenizer = await wordPiece("joined");
    for (const { tokenIds, cleanedUp } of [...goldens.encode, ...goldens.decode]) {
      expect(tokenizer.decode(tokenIds)).toBe(cleanedUp);
    }
  });

  it("decodes [DEC] and [ENC] to nothing where the tokenizer lacks them", async () => {
    const tokenizer = await loadTokenizer(vocabularyOnly);
    expect(tokenizer.vocabularySize).toBe(315);
    for (const { tokenIds, decodedWithoutAdded } of goldens.decode) {
      expect(tokenizer.decode(tokenIds)).toBe(decodedWithoutAdded);
    }
    expect(tokenizer.decode([315, 160, 30_523, 5])).toBe("dog");
  });

  it("decodes nothing to nothing", async () => expect((await wordPiece("plain")).decode([])).toBe(""));

  it.each([
    ["an ideograph beyond 16 bits is a word", "a\u{20000}b", "a [UNK] b"],
    ["its neighbours are words too", "\u{2F81A}\u{20001}", "[UNK] [UNK]"],
    ["one that the Rust crate overlooks is none", "a\u{2B825}b", "[UNK]"],
  ])("%s", async (_, text, tokens) => {
    const tokenizer = await wordPiece("plain");
    expect(tokenizer.encodePlain(text)).toEqual(tokens.split(" ").map((token) => tokenizer.idOf(token)));
  });

  it("lower-cases sigma without regard to its place in the word", async () => {
    const vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "α", "##σ", "##ς", ""].join("\r\n");
    const folder = temporaryFolder("tokenizer");
    await writeFile(join(folder, "vocab.txt"), vocabulary);
    expect((await loadTokenizer(folder)).encode("ΑΣ")).toEqual([2, 5, 6, 3]);
  });
});

describe("byte-level BPE", () => {
  it("gives back any text", async () => {
    const tokenizer = await byteLevel();
    for (const text of ["the 😀 café , it 's", " \n\t", "日本語", "\u{10FFFF}"]) {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
  });

  it("prints an added token that is not special", async () => {
    const tokenizer = await byteLevel();
    expect(tokenizer.decode(tokenizer.encode("a<tool>b<|end|>"))).toBe("a<tool>b");
  });
});

describe("a folder without a tokenizer", () => {
  const files = async (content: Record<string, string>) => {
    const folder = temporaryFolder("tokenizer");
    for (const [name, text] of Object.entries(content)) await writeFile(join(folder, name), text);
    return folder;
  };

  it.each([
    [{}, /^tokenizer-\w+ has neither tokenizer.json nor vocab.txt\.$/],
    [{ "tokenizer.json": "{" }, /^tokenizer.json is not JSON\.$/],
    [{ "tokenizer.json": "[]" }, /^tokenizer.json describes no tokenizer/],
    [{ "tokenizer.json": "{}", "tokenizer_config.json": "null" }, /^tokenizer.json describes no tokenizer/],
    [{ "vocab.txt": "[PAD]\n[UNK]\nthe" }, /^vocab.txt lacks \[CLS\] and \[SEP\]/],
  ])("%j is refused", async (content, message) => {
    const folder = await files(content);
    await expect(loadTokenizer(folder)).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringMatching(message) as string,
    });
  });

  it("is what makeTokenizer refuses too", async () => {
    const refused = makeTokenizer({ tokenizer: { model: { type: "Other" } }, config: {} });
    await expect(refused).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
  });
});
