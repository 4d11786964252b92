import { asObject } from "./json-object.ts";

/** Ideographs beyond 16 bits, as the Rust crate `tokenizers` lists them (its range from U+2B920 on included). */
const RARE_IDEOGRAPH = /[\u{20000}-\u{2A6DF}\u{2A700}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu;

/**
 * Makes transformers.js' BertNormalizer do what the Rust one does, by preparing its text: it overlooks ideographs
 * beyond 16 bits, which are words of their own, and lower-cases a capital sigma by its place in the word.
 * For another normalizer the text stays as it is.
 */
export function likeRustBertNormalizer(normalizer: unknown): (text: string) => string {
  const { type, handle_chinese_chars: splitsIdeographs, lowercase } = asObject(normalizer);
  if (type !== "BertNormalizer") return (text) => text;
  const split = (text: string) => (splitsIdeographs === true ? text.replace(RARE_IDEOGRAPH, " $& ") : text);
  const lower = (text: string) => (lowercase === true ? text.replaceAll("Σ", "σ") : text);
  return (text) => lower(split(text));
}
