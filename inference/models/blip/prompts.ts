import type { Tokenizer } from "../../text/tokenizer.ts";
import { withinLimit } from "../token-limit.ts";
import type { BlipTextConfig } from "./config.ts";

/** The token ids of BLIP's texts; each is checked against the number of positions that the model has learned. */

/** [CLS] text [SEP], what the text encoder reads. */
export function encoderIds(text: string, tokenizer: Tokenizer, config: BlipTextConfig): readonly number[] {
  return withinLimit(tokenizer.encode(text), config.max_position_embeddings);
}

/** [DEC] prompt: what the decoder goes on from. One position is left for what it says (models.md §1.7). */
export function promptIds(prompt: string, tokenizer: Tokenizer, config: BlipTextConfig): readonly number[] {
  return withinLimit([config.bos_token_id, ...tokenizer.encodePlain(prompt)], config.max_position_embeddings - 1);
}

/** text [SEP]: what the decoder should say after [DEC] to choose the text (models.md §1.8). */
export function choiceIds(text: string, tokenizer: Tokenizer, config: BlipTextConfig): readonly number[] {
  return withinLimit([...tokenizer.encodePlain(text), config.sep_token_id], config.max_position_embeddings);
}
