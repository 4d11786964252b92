import { join } from "node:path";
import { CheckpointError } from "../checkpoint/checkpoint-error.ts";
import type { Tokenizer } from "../text/tokenizer.ts";

/**
 * Throws a CheckpointError where the tokenizer has tokens that the embedding has no rows for: they would end a batch in the
 * middle. `key` is config.json's for the number of rows.
 */
export function requireRows(
  folder: string,
  { key, rows }: { readonly key: string; readonly rows: number },
  { vocabularySize }: Pick<Tokenizer, "vocabularySize">,
): void {
  if (vocabularySize <= rows) return;
  const problem = `${key}: expected at least ${vocabularySize}, as the tokenizer has, found ${rows}`;
  throw new CheckpointError(join(folder, "config.json"), problem);
}
