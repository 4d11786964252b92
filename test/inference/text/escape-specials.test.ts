import fc from "fast-check";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { escapeSpecials } from "../../../inference/text/escape-specials.ts";
import { loadTokenizer, type Tokenizer } from "../../../inference/text/tokenizer.ts";

const LLAVA = join(import.meta.dirname, "../../golden/llava");

describe.each(["clip-llama", "siglip-qwen2"])("escaping for the tokenizer of %s", (folder) => {
  let tokenizer: Tokenizer;
  beforeAll(async () => (tokenizer = await loadTokenizer(join(LLAVA, folder))));

  it("leaves no special token in whatever somebody types", () => {
    const names = tokenizer.specialTokens;
    expect(names).toContain("<image>");
    const special = new Set(names.map((name) => tokenizer.idOf(name)));
    const piece = fc.oneof(
      fc.constantFrom(...names, ...names.map((name) => name.slice(0, 3)), ...names.map((name) => name.slice(3))),
      fc.string({ maxLength: 3, unit: "grapheme" }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const ids = tokenizer.encodePlain(escapeSpecials(pieces.join(""), names));
        expect(ids.filter((id) => special.has(id) && tokenizer.idOf("<unk>") !== id)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it("changes nothing in other texts", () => {
    for (const text of ["A <b>bold</b> dog", "x < image > y", "1 </ s>", ""]) {
      expect(escapeSpecials(text, tokenizer.specialTokens)).toBe(text);
    }
  });

  it("keeps what is typed readable", () => {
    expect(escapeSpecials("an <image> here", tokenizer.specialTokens).replaceAll("\u200B", "")).toBe("an <image> here");
  });
});
