import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeTokenizer, type Tokenizer } from "../../../inference/text/tokenizer.ts";

export const GOLDEN = join(import.meta.dirname, "../../golden/text");

export function goldenJson(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(GOLDEN, name), "utf8")) as Record<string, unknown>;
}

/** The golden WordPiece tokenizer. "joined": with the clean-up that transformers 4 did by default. */
export function wordPiece(cleanUp: "plain" | "joined"): Promise<Tokenizer> {
  const config = { ...goldenJson("tokenizer_config.json"), clean_up_tokenization_spaces: cleanUp === "joined" };
  return makeTokenizer({ tokenizer: goldenJson("tokenizer.json"), config });
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);

/**
 * Byte-level BPE as in GPT-2, OPT and Qwen, with the 256 bytes, a few merges, and one special and one ordinary added
 * token: any character beyond ASCII takes several tokens.
 */
export function byteLevel(): Promise<Tokenizer> {
  const merges = ["t h", "th e", "Ġ the", "Ġ '", "Ã ©", "ð Ł", "Ġ a"].map(
    (pair) => pair.split(" ") as [string, string],
  );
  const tokens = [...BYTES.map(printable), ...merges.map((pair) => pair.join(""))];
  const tokenizer = {
    version: "1.0",
    added_tokens: [
      { id: tokens.length, content: "<|end|>", special: true, normalized: false },
      { id: tokens.length + 1, content: "<tool>", special: false, normalized: false },
    ],
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, use_regex: true },
    post_processor: null,
    decoder: { type: "ByteLevel" },
    model: { type: "BPE", vocab: indexed(tokens), merges, unk_token: null },
  };
  return makeTokenizer({ tokenizer, config: { clean_up_tokenization_spaces: true } });
}

/** Pieces with ▁ for a space and a token for each byte, as in LLaMA. */
export function byteFallback(): Promise<Tokenizer> {
  const pieces = ["▁", "▁a", "a", "▁the", "'", "é", "😀", "\n", "▁▁"];
  const bytes = BYTES.map((byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
  const tokens = ["<unk>", "<s>", "</s>", ...bytes, ...pieces];
  const tokenizer = {
    version: "1.0",
    added_tokens: [0, 1, 2].map((id) => ({ id, content: tokens[id], special: true, normalized: false })),
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: { type: "BPE", vocab: indexed(tokens), merges: [], unk_token: "<unk>", byte_fallback: true },
  };
  return makeTokenizer({ tokenizer, config: {} });
}

/** Pieces with ▁ for a space, as in T5, joined by clean-up. */
export function metaspace(): Promise<Tokenizer> {
  const pieces = [
    "<pad>",
    "</s>",
    "<unk>",
    "▁",
    "▁a",
    "a",
    "▁n",
    "n",
    "▁'",
    "'",
    "▁t",
    "t",
    "▁.",
    ".",
    "▁'t",
    "s",
    "▁s",
    "v",
  ];
  const tokenizer = {
    version: "1.0",
    added_tokens: [0, 1, 2].map((id) => ({ id, content: pieces[id], special: true, normalized: false })),
    normalizer: null,
    pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always" },
    post_processor: null,
    decoder: { type: "Metaspace", replacement: "▁", prepend_scheme: "always" },
    model: { type: "Unigram", unk_id: 2, vocab: pieces.map((piece, id) => [piece, -id]) },
  };
  return makeTokenizer({ tokenizer, config: { eos_token: "</s>", clean_up_tokenization_spaces: true } });
}

/** GPT-2's visible stand-in for a byte: itself where it is visible, otherwise a letter from U+0100 on. */
function printable(byte: number): string {
  const visible = (value: number) => (value > 32 && value < 127) || (value > 160 && value !== 173);
  if (visible(byte)) return String.fromCharCode(byte);
  return String.fromCharCode(256 + BYTES.filter((other) => other < byte && !visible(other)).length);
}

function indexed(tokens: readonly string[]): Record<string, number> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}
