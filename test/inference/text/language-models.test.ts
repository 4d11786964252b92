import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { loadTokenizer, type Tokenizer } from "../../../inference/text/tokenizer.ts";

const LLAVA = join(import.meta.dirname, "../../golden/llava");

interface Cases {
  readonly encode: readonly {
    readonly text: string;
    readonly tokenIds: readonly number[];
    readonly plainTokenIds: readonly number[];
    readonly decoded: string;
  }[];
  readonly decode: readonly { readonly tokenIds: readonly number[]; readonly text: string }[];
}

describe.each([
  ["LLaMA", "clip-llama", "llama"],
  ["Qwen2", "siglip-qwen2", "qwen2"],
])("the tokenizer of %s against transformers", (_, folder, name) => {
  const cases = JSON.parse(readFileSync(join(LLAVA, `expected/${name}-text.json`), "utf8")) as Cases;
  let tokenizer: Tokenizer;
  beforeAll(async () => (tokenizer = await loadTokenizer(join(LLAVA, folder))));

  it.each(cases.encode)("encodes and decodes $text", ({ text, tokenIds, plainTokenIds, decoded }) => {
    expect(tokenizer.encode(text)).toEqual(tokenIds);
    expect(tokenizer.encodePlain(text)).toEqual(plainTokenIds);
    expect(tokenizer.decode(tokenIds)).toBe(decoded);
  });

  it.each(cases.decode)("decodes $tokenIds", ({ tokenIds, text }) => expect(tokenizer.decode(tokenIds)).toBe(text));
});
