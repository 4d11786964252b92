import { specialTokenIds, statedIds, type TokenIds } from "../token-ids.ts";
import type { LlavaConfig } from "./config.ts";

/** LLaMA's `</s>` ends an answer unless the files say otherwise; neither padding nor a picture's sign is ever said. */
export function readTokenIds(folder: string, { text_config, image_token_index }: LlavaConfig): TokenIds {
  const { vocab_size: vocabularySize } = text_config;
  const padding = statedIds(folder, "pad_token_id", vocabularySize) ?? [];
  return specialTokenIds(folder, { vocabularySize, usualEnd: 2, never: [image_token_index, ...padding] });
}
