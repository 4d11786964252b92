import { InferenceError } from "../errors.ts";
import type { JsonObject } from "./json-object.ts";
import { specialNames } from "./special-names.ts";

const BERT_SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/**
 * The tokenizer.json that transformers' BertTokenizer writes for a vocab.txt (a token a line, its id the line's number)
 * and a tokenizer_config.json. Special tokens that the vocabulary lacks, such as BLIP's [DEC] and [ENC], get the ids
 * after it. Throws MODEL_UNAVAILABLE for a vocabulary without [UNK], [CLS] or [SEP].
 */
export function bertTokenizerJson(vocabulary: string, config: JsonObject): JsonObject {
  const vocab = readVocabulary(vocabulary);
  const specials = withIds(vocab, [...BERT_SPECIALS.filter((name) => vocab.has(name)), ...specialNames(config)]);
  return {
    version: "1.0",
    added_tokens: [...specials].map(([content, id]) => ({ id, content, special: true, normalized: false })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: config.tokenize_chinese_chars ?? true,
      strip_accents: config.strip_accents ?? null,
      lowercase: config.do_lower_case ?? true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "BertProcessing",
      cls: ["[CLS]", vocab.get("[CLS]")],
      sep: ["[SEP]", vocab.get("[SEP]")],
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocab),
    },
  };
}

function readVocabulary(text: string): ReadonlyMap<string, number> {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const vocab = new Map(lines.map((token, id) => [token, id]));
  const missing = ["[UNK]", "[CLS]", "[SEP]"].filter((name) => !vocab.has(name));
  if (missing.length === 0) return vocab;
  throw new InferenceError("MODEL_UNAVAILABLE", `vocab.txt lacks ${missing.join(" and ")}; it is no BERT vocabulary.`);
}

function withIds(vocab: ReadonlyMap<string, number>, names: readonly string[]): ReadonlyMap<string, number> {
  const lacking = [...new Set(names)].filter((name) => !vocab.has(name));
  const next = [...vocab.values()].reduce((last, id) => Math.max(last, id)) + 1;
  return new Map(names.map((name) => [name, vocab.get(name) ?? next + lacking.indexOf(name)]));
}
