import type { GenerationOptions } from "../../task.ts";
import { generate, rank, type Start } from "../generating.ts";
import { strategyOf, type GenerationDefaults } from "../generation-defaults.ts";
import type { GeneratedText, Message, Picture, Prepared, Programs } from "../model.ts";
import { withinLimit } from "../token-limit.ts";
import { answerIds, promptOf, type Prompt, type PromptSource } from "./prompts.ts";

/** What a checkpoint's programs are made of. */
export interface ProgramSource extends PromptSource {
  /** The name that its networks go by. */
  readonly model: string;
  /** At least one; the first ends an answer that is chosen. */
  readonly eosTokenIds: readonly number[];
  readonly defaults: GenerationDefaults;
}

/** As version 1.5 was trained to be asked (the LLaVA-1.5 paper, appendix). */
const CAPTION = "Provide a one-sentence caption for the provided image.";
const SHORT_ANSWER = "Answer the question using a single word or phrase.";

/** One model for all: captions and answers are conversations of one turn. */
export function llavaPrograms(source: ProgramSource): Programs {
  return {
    caption: (picture, prompt = CAPTION, options) => converse(source, [asked(prompt, picture)], options),
    answer: (picture, question, choices, options) => {
      const messages = [asked(`${question}\n${SHORT_ANSWER}`, picture)];
      return choices ? choose(source, messages, choices) : converse(source, messages, options);
    },
    chat: ({ messages, resumedTokenIds }, options) => converse(source, messages, options, resumedTokenIds),
  };
}

function asked(text: string, picture: Picture): Message {
  return { role: "USER", text, pictures: [picture] };
}

function converse(
  source: ProgramSource,
  messages: readonly Message[],
  options: GenerationOptions,
  resumedTokenIds: readonly number[] = [],
): Prepared<GeneratedText> {
  const prompt = promptOf(messages, source);
  const room = source.maxPositions - prompt.tokenIds.length;
  const start = { ...startOf(source, prompt), ...(resumedTokenIds.length > 0 ? { resumedTokenIds } : {}) };
  return generate(start, strategyOf(options, source.defaults, room));
}

function choose(
  source: ProgramSource,
  messages: readonly Message[],
  choices: readonly string[],
): Prepared<GeneratedText> {
  const prompt = promptOf(messages, source);
  const end = source.eosTokenIds[0]!;
  const room = source.maxPositions - prompt.tokenIds.length;
  const scored = choices.map((text) => {
    return { text, tokenIds: withinLimit([...answerIds(text, prompt, source), end], room) };
  });
  return rank(startOf(source, prompt), scored);
}

function startOf({ model, eosTokenIds }: ProgramSource, { tokenIds, features }: Prompt): Start {
  return { model, promptTokenIds: tokenIds, features, eosTokenIds };
}
