import { findConfig, readConfig, type Config } from "../checkpoint/config.ts";
import { statedVocabularySize } from "../text/vocabulary-size.ts";

/** The ids of a language model's special tokens. */
export interface TokenIds {
  /** An answer ends with any of them. */
  readonly ends: readonly number[];
  /** Never said: what stands for something else than text, and rows of the head that no token has. */
  readonly suppressed: readonly number[];
}

/**
 * What generation_config.json says of `eos_token_id`, else config.json, else `usualEnd`; and what is never said: `never`,
 * and the rows beyond tokenizer.json's highest id. Throws a CheckpointError for an id beyond the vocabulary.
 */
export function specialTokenIds(
  folder: string,
  {
    vocabularySize: size,
    usualEnd,
    never,
  }: { readonly vocabularySize: number; readonly usualEnd: number; readonly never: readonly number[] },
): TokenIds {
  const ends = statedIds(folder, "eos_token_id", size) ?? [usualEnd];
  const known = Math.min(statedVocabularySize(folder) ?? size, size);
  const unknown = Array.from({ length: size - known }, (_, i) => known + i);
  const suppressed = new Set([...never, ...unknown]);
  return { ends, suppressed: [...suppressed].filter((id) => !ends.includes(id)) };
}

/** What generation_config.json says of a key, else config.json's text_config, else config.json; one id or several. */
export function statedIds(folder: string, key: string, vocabularySize: number): readonly number[] | undefined {
  return configsOf(folder)
    .find((config) => config.has(key))
    ?.indexes(key, vocabularySize);
}

function configsOf(folder: string): readonly Config[] {
  const config = readConfig(folder, "config.json");
  const generation = findConfig(folder, "generation_config.json");
  return [...(generation ? [generation] : []), config.object("text_config"), config];
}
