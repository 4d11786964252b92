import { join } from "node:path";
import { isObject, readJsonObject, type JsonObject, type JsonValue } from "../checkpoint/json.ts";

/**
 * Tokens of a language model that are never said: its vocabulary's rows beyond those that tokenizer.json names, which pad
 * the matrix and hold whatever training left there, and placeholders, which stand for something that is no text.
 */
export function unspokenTokenIds(
  folder: string,
  { vocabularySize, placeholders }: { readonly vocabularySize: number; readonly placeholders: readonly number[] },
): readonly number[] {
  const named = namedIds(readJsonObject(join(folder, "tokenizer.json")));
  const ids = Array.from({ length: vocabularySize }, (_, id) => id);
  return ids.filter((id) => !named.has(id) || placeholders.includes(id));
}

function namedIds({ model, added_tokens }: JsonObject): ReadonlySet<number> {
  const added = Array.isArray(added_tokens) ? (added_tokens as readonly JsonValue[]) : [];
  const ids = added.map((token) => (isObject(token) ? token.id : undefined));
  return new Set([...vocabularyIds(isObject(model) ? model.vocab : undefined), ...ids.filter(isNumber)]);
}

/** Unigram's vocabulary is a list, whose places are the ids; the others' is an object of ids. */
function vocabularyIds(vocabulary: JsonValue | undefined): Iterable<number> {
  if (Array.isArray(vocabulary)) return vocabulary.keys();
  return isObject(vocabulary) ? Object.values(vocabulary).filter(isNumber) : [];
}

function isNumber(value: JsonValue | undefined): value is number {
  return typeof value === "number";
}
