import { madeUpWord, specialIds, tokenizerJson, vocabulary } from "../vocabulary.ts";
import { json } from "./parts.ts";

/** Tokenizers of the published kinds and sizes: they can write any printable ASCII text; most of their words are made up. */
type Texts = Readonly<Record<string, string>>;
type Specials = Readonly<Record<string, number>>;

/** BERT's 30522 words, without BLIP's own two, as most of its repositories have it (models.md §5). */
export function bertFiles(added: Specials = {}): Texts {
  const words = vocabulary(30_524).slice(0, 30_522);
  const tokenizer = { ...tokenizerJson(words), added_tokens: addedTokens({ ...specialIds, ...added }) };
  const names = {
    unk_token: "[UNK]",
    sep_token: "[SEP]",
    pad_token: "[PAD]",
    cls_token: "[CLS]",
    mask_token: "[MASK]",
  };
  const config = { ...names, tokenizer_class: "BertTokenizer", do_lower_case: true, model_max_length: 512 };
  return {
    "tokenizer.json": json(tokenizer),
    "tokenizer_config.json": json(config),
    "special_tokens_map.json": json(names),
    "vocab.txt": `${words.join("\n")}\n`,
  };
}

/** OPT's: GPT-2's bytes, </s> before every text, the newline at 50118, and <image> behind. */
export function optFiles(): Texts {
  const words = ["<s>", "<pad>", "</s>", "<unk>", ...byteLetters.filter((letter) => letter !== "Ċ")];
  for (let n = 0; words.length < 50_265; n++) words.push(words.length === 50_118 ? "Ċ" : `Ġ${madeUpWord(n)}`);
  const bpe = byteLevel(words, { "<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<image>": 50_265 });
  const names = { bos_token: "</s>", eos_token: "</s>", unk_token: "</s>", pad_token: "<pad>" };
  const config = { ...names, tokenizer_class: "GPT2Tokenizer", processor_class: "Blip2Processor" };
  return {
    "tokenizer.json": json({ ...bpe, post_processor: around({ before: { "</s>": 2 } }) }),
    "tokenizer_config.json": json(config),
  };
}

/** T5's: Unigram, </s> after every text, a hundred sentinels and <image> behind. */
export function t5Files(): Texts {
  const letters = ["▁", ...visible].map((letter): [string, number] => [letter, -5]);
  const vocab: [string, number][] = [["<pad>", 0], ["</s>", 0], ["<unk>", 0], ...letters];
  for (let n = 0; vocab.length < 32_000; n++) vocab.push([`▁${madeUpWord(n)}`, -20]);
  const sentinels = Array.from({ length: 100 }, (_, i) => [`<extra_id_${i}>`, 32_099 - i] as const);
  const specials = { "<pad>": 0, "</s>": 1, "<unk>": 2, ...Object.fromEntries(sentinels), "<image>": 32_100 };
  const space = { type: "Metaspace", replacement: "▁", prepend_scheme: "always" };
  const tokenizer = {
    ...{ version: "1.0", truncation: null, padding: null, added_tokens: addedTokens(specials), normalizer: null },
    ...{ pre_tokenizer: { ...space, split: true }, post_processor: around({ after: { "</s>": 1 } }), decoder: space },
    model: { type: "Unigram", unk_id: 2, vocab, byte_fallback: false },
  };
  const names = { eos_token: "</s>", unk_token: "<unk>", pad_token: "<pad>" };
  return {
    "tokenizer.json": json(tokenizer),
    "tokenizer_config.json": json({ ...names, tokenizer_class: "T5Tokenizer" }),
  };
}

/** LLaMA's and Mistral's: BPE with byte fallback, a space before each piece of text, <s> before all. */
export function llamaFiles(chatTemplate: string): Texts {
  const words = ["<unk>", "<s>", "</s>", ...bytes.map((byte) => `<0x${hex(byte)}>`), "▁", ...visible];
  for (let n = 0; words.length < 32_000; n++) words.push(`▁${madeUpWord(n)}`);
  const specials = { "<unk>": 0, "<s>": 1, "</s>": 2, "<image>": 32_000, "<pad>": 32_001 };
  const replace = (from: string, content: string) => ({ type: "Replace", pattern: { String: from }, content });
  const decoders = [replace("▁", " "), { type: "ByteFallback" }, { type: "Fuse" }];
  const tokenizer = {
    ...{ version: "1.0", truncation: null, padding: null, added_tokens: addedTokens(specials), pre_tokenizer: null },
    normalizer: { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, replace(" ", "▁")] },
    post_processor: around({ before: { "<s>": 1 } }),
    decoder: { type: "Sequence", decoders: [...decoders, { type: "Strip", content: " ", start: 1, stop: 0 }] },
    model: { ...bpe(words), unk_token: "<unk>", fuse_unk: true, byte_fallback: true },
  };
  const names = { bos_token: "<s>", eos_token: "</s>", unk_token: "<unk>", pad_token: "<pad>" };
  return {
    "tokenizer.json": json(tokenizer),
    "tokenizer_config.json": json({ ...names, tokenizer_class: "LlamaTokenizer", padding_side: "left" }),
    "chat_template.jinja": chatTemplate,
  };
}

/** Qwen2's: bytes, nothing before a text. */
export function qwenFiles(chatTemplate: string): Texts {
  const words = [...byteLetters];
  for (let n = 0; words.length < 151_643; n++) words.push(`Ġ${madeUpWord(n)}`);
  const specials = { "<|endoftext|>": 151_643, "<|im_start|>": 151_644, "<|im_end|>": 151_645, "<image>": 151_646 };
  const names = { eos_token: "<|im_end|>", pad_token: "<|endoftext|>" };
  return {
    "tokenizer.json": json(byteLevel(words, specials)),
    "tokenizer_config.json": json({ ...names, tokenizer_class: "Qwen2Tokenizer" }),
    "chat_template.jinja": chatTemplate,
  };
}

const bytes = Array.from({ length: 256 }, (_, byte) => byte);
const visible = bytes.filter((byte) => byte > 32 && byte < 127).map((byte) => String.fromCharCode(byte));

/** GPT-2's letters for bytes: those that show are themselves, the others stand beyond U+0100. */
const byteLetters = bytes.map((byte) => {
  const shows = (other: number) => (other > 32 && other < 127) || (other > 160 && other !== 173);
  return String.fromCodePoint(shows(byte) ? byte : 256 + bytes.filter((other) => other < byte && !shows(other)).length);
});

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}

function byteLevel(words: readonly string[], specials: Specials): object {
  const level = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    ...{ version: "1.0", truncation: null, padding: null, added_tokens: addedTokens(specials), normalizer: null },
    ...{ pre_tokenizer: level, post_processor: null, decoder: level, model: bpe(words) },
  };
}

function bpe(words: readonly string[]): object {
  return {
    ...{ type: "BPE", dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null },
    ...{ fuse_unk: false, byte_fallback: false, ignore_merges: false, merges: [] },
    vocab: Object.fromEntries(words.map((word, id) => [word, id])),
  };
}

function addedTokens(specials: Specials): object[] {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return Object.entries(specials).map(([content, id]) => ({ id, content, ...flags }));
}

/** A post-processor that puts specials around a text. */
function around({ before = {}, after = {} }: { readonly before?: Specials; readonly after?: Specials }): object {
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const sequence = (id: string) => ({ Sequence: { id, type_id: 0 } });
  const around = (...ids: string[]) => [
    ...Object.keys(before).map(special),
    ...ids.map(sequence),
    ...Object.keys(after).map(special),
  ];
  const entries = Object.entries({ ...before, ...after }).map(([id, n]) => [id, { id, ids: [n], tokens: [id] }]);
  return {
    ...{ type: "TemplateProcessing", single: around("A"), pair: around("A", "B") },
    special_tokens: Object.fromEntries(entries) as object,
  };
}
