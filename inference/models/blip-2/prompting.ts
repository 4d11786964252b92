import { InferenceError } from "../../errors.ts";
import type { Tokenizer } from "../../text/tokenizer.ts";
import { Calls } from "../calls.ts";
import type { Choice, Start } from "../generating.ts";
import type { Picture } from "../model.ts";
import { withinLimit } from "../token-limit.ts";
import type { Blip2Config, LanguageConfig } from "./config.ts";

/** How the language model of a checkpoint is spoken to (models.md §2.6, §5.3). */
export interface Prompting {
  /** Where it begins, given a picture and what it is told of it. Throws PROMPT_TOO_LONG. */
  readonly start: (picture: Picture, prompt: string) => Start;
  /** New tokens at most after a start. */
  readonly room: (start: Start) => number;
  /** A text that it may say, as its tokens would be. */
  readonly choice: (text: string) => Choice;
  /** A question so that it answers shortly. */
  readonly asked: (question: string) => string;
}

export interface PromptingSource extends LanguageConfig {
  /** The name that the checkpoint's networks go by. */
  readonly model: string;
  readonly tokenizer: Tokenizer;
  readonly config: Blip2Config;
  readonly eosTokenIds: readonly number[];
}

export function promptingOf(source: PromptingSource): Prompting {
  return source.language.kind === "opt" ? optPrompting(source, source.language) : t5Prompting(source, source.language);
}

/** The picture's rows, then BOS and the prompt, all before the decoder. */
function optPrompting(
  source: PromptingSource,
  { config }: Extract<LanguageConfig["language"], { kind: "opt" }>,
): Prompting {
  const {
    model,
    eosTokenIds,
    config: { num_query_tokens: rows },
  } = source;
  const calls = new Calls(model);
  const { bos_token_id: bos, max_position_embeddings: positions } = config;
  const placeholders = Array<number>(rows).fill(source.image_token_index ?? bos);
  return {
    start: (picture, prompt) => {
      const text = withinLimit([bos, ...plainIds(prompt, source)], positions - rows - 1);
      const prefix = { call: calls.vision(picture), output: "prefix" };
      const features = [{ start: 0, rows, source: prefix }];
      return { model, features, promptTokenIds: [...placeholders, ...text], eosTokenIds };
    },
    room: ({ promptTokenIds }) => positions - promptTokenIds.length,
    // It goes on after a colon: its words begin with their space.
    choice: (text) => choiceOf(text, ` ${text}`, source),
    asked: (question) => `Question: ${question} Answer:`,
  };
}

/** The picture's rows, then the prompt and EOS, all before the encoder, whose states are the decoder's memory. */
function t5Prompting(
  source: PromptingSource,
  { config }: Extract<LanguageConfig["language"], { kind: "t5" }>,
): Prompting {
  const {
    model,
    eosTokenIds,
    config: { num_query_tokens: rows },
  } = source;
  const calls = new Calls(model);
  const { decoder_start_token_id: first, eos_token_id: end, n_positions: positions } = config;
  return {
    start: (picture, prompt) => {
      const text = withinLimit([...plainIds(prompt, source), end], positions - rows);
      const memory = calls.textOver("prompt", calls.vision(picture), text, "prefix");
      return { model, memory, promptTokenIds: [first], eosTokenIds };
    },
    room: () => positions - 1,
    choice: (text) => choiceOf(text, text, source),
    asked: (question) => `Question: ${question} Short answer:`,
  };
}

function choiceOf(text: string, said: string, source: PromptingSource): Choice {
  return { text, tokenIds: [...plainIds(said, source), source.eosTokenIds[0]!] };
}

function plainIds(text: string, { tokenizer, image_token_index }: PromptingSource): readonly number[] {
  return withoutPlaceholder(tokenizer.encodePlain(text), image_token_index);
}

/** The ids, or BAD_USER_INPUT where the token is among them that stands for a row of a picture. */
export function withoutPlaceholder(ids: readonly number[], placeholder: number | undefined): readonly number[] {
  if (placeholder === undefined || !ids.includes(placeholder)) return ids;
  throw new InferenceError("BAD_USER_INPUT", "the text holds the model's own sign for a picture; leave it out");
}
