import type { Tokenizer } from "../../text/tokenizer.ts";
import { generate, rank, type Start } from "../generating.ts";
import { strategyOf, type GenerationDefaults } from "../generation-defaults.ts";
import { matchingPrograms } from "../matching.ts";
import type { Programs } from "../model.ts";
import type { GenerationOptions } from "../../task.ts";
import { withinLimit } from "../token-limit.ts";
import type { QFormerConfig } from "./config.ts";
import { dialogueOf } from "./dialogue.ts";
import { withoutPlaceholder, type Prompting } from "./prompting.ts";

/** How each task generates when its caller does not say. */
export type TaskDefaults = Readonly<Record<"caption" | "answer" | "chat", GenerationDefaults>>;

/** Blip2ForConditionalGeneration: describes a picture or does as the prompt says, answers, and talks. */
export function generationPrograms(prompting: Prompting, defaults: TaskDefaults): Programs {
  const speak = (start: Start, options: GenerationOptions, usual: GenerationDefaults) =>
    generate(start, strategyOf(options, usual, prompting.room(start)));
  return {
    caption: (picture, prompt = "", options) => speak(prompting.start(picture, prompt), options, defaults.caption),
    answer: (picture, question, choices, options) => {
      const start = prompting.start(picture, prompting.asked(question));
      return choices ? rank(start, choices.map(prompting.choice)) : speak(start, options, defaults.answer);
    },
    chat: (conversation, options) => {
      const { picture, prompt } = dialogueOf(conversation);
      const { resumedTokenIds } = conversation;
      return speak({ ...prompting.start(picture, prompt), resumedTokenIds }, options, defaults.chat);
    },
  };
}

export interface RetrievalSource {
  /** The name that the checkpoint's networks go by. */
  readonly model: string;
  readonly tokenizer: Tokenizer;
  readonly config: QFormerConfig;
  readonly imageToken: number | undefined;
}

/** Blip2ForImageTextRetrieval: judges pairs and makes vectors to compare. */
export function retrievalPrograms({ model, tokenizer, config, imageToken }: RetrievalSource): Programs {
  const idsOf = (text: string) => withoutPlaceholder(tokenizer.encode(text), imageToken);
  return matchingPrograms({ model, read: (text) => withinLimit(idsOf(text), config.max_position_embeddings) });
}
