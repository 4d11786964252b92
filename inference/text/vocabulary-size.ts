import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceError } from "../errors.ts";
import { asObject } from "./json-object.ts";

/**
 * One more than the highest id in a folder's tokenizer.json, without loading the tokenizer; undefined where there is no
 * such file. Throws MODEL_UNAVAILABLE where it is not JSON.
 */
export function statedVocabularySize(folder: string): number | undefined {
  const path = join(folder, "tokenizer.json");
  if (!existsSync(path)) return undefined;
  const { model, added_tokens: added } = parse(path);
  const vocab = asObject(model).vocab;
  const entries = Array.isArray(vocab) ? vocab.map((_, id) => id) : Object.values(asObject(vocab));
  const others = Array.isArray(added) ? added.map((token) => asObject(token).id) : [];
  return [...entries, ...others].reduce<number>(
    (size, id) => (typeof id === "number" ? Math.max(size, id + 1) : size),
    0,
  );
}

function parse(path: string) {
  try {
    return asObject(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new InferenceError("MODEL_UNAVAILABLE", "tokenizer.json is not JSON.", { cause });
  }
}
