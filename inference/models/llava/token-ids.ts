import { findConfig, readConfig, type Config } from "../../checkpoint/config.ts";
import { statedVocabularySize } from "../../text/vocabulary-size.ts";
import type { LlavaConfig } from "./config.ts";

/** The ids of a checkpoint's special tokens. */
export interface TokenIds {
  /** An answer ends with any of them. */
  readonly ends: readonly number[];
  /** Never said: the placeholder, padding, and rows of the head that no token has. */
  readonly suppressed: readonly number[];
}

/**
 * generation_config.json counts, else config.json, else LLaMA's `</s>`. Throws a CheckpointError for an id beyond the
 * vocabulary. Reads tokenizer.json for its highest id.
 */
export function readTokenIds(folder: string, { text_config, image_token_index }: LlavaConfig): TokenIds {
  const size = text_config.vocab_size;
  const configs = configsOf(folder);
  const ends = configs.find((config) => config.has("eos_token_id"))?.indexes("eos_token_id", size) ?? [2];
  const padding = configs.find((config) => config.has("pad_token_id"))?.indexes("pad_token_id", size) ?? [];
  const known = Math.min(statedVocabularySize(folder) ?? size, size);
  const unknown = Array.from({ length: size - known }, (_, i) => known + i);
  const never = new Set([image_token_index, ...padding, ...unknown]);
  return { ends, suppressed: [...never].filter((id) => !ends.includes(id)) };
}

function configsOf(folder: string): readonly Config[] {
  const config = readConfig(folder, "config.json");
  const generation = findConfig(folder, "generation_config.json");
  return [...(generation ? [generation] : []), config.object("text_config"), config];
}
