import { asObject, type JsonObject } from "./json-object.ts";

const KEYS = ["unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "bos_token", "eos_token"];

/** The special tokens that tokenizer_config.json names, each a string or a described token, without repeats. */
export function specialNames(config: JsonObject): readonly string[] {
  const additional = config.additional_special_tokens;
  const stated = [...KEYS.map((key) => config[key]), ...(Array.isArray(additional) ? (additional as unknown[]) : [])];
  const names = stated.map((token) => (typeof token === "string" ? token : asObject(token).content));
  return [...new Set(names.filter((name) => typeof name === "string"))];
}
