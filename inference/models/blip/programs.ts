import type { EncoderCall, Strategy } from "../../scheduling/program.ts";
import type { GenerationOptions } from "../../task.ts";
import type { Tokenizer } from "../../text/tokenizer.ts";
import { Calls } from "../calls.ts";
import { generate, rank, type Start } from "../generating.ts";
import { strategyOf, type GenerationDefaults } from "../generation-defaults.ts";
import { matchingPrograms } from "../matching.ts";
import type { Programs } from "../model.ts";
import type { BlipTextConfig } from "./config.ts";
import { choiceIds, encoderIds, promptIds } from "./prompts.ts";

/** What a checkpoint's programs are made of. */
export interface ProgramSource {
  /** The name that its networks go by. */
  readonly model: string;
  readonly tokenizer: Tokenizer;
  readonly config: BlipTextConfig;
  readonly defaults: GenerationDefaults;
}

/** BlipForConditionalGeneration: describes a picture, from a prompt on. */
export function captioningPrograms(source: ProgramSource): Programs {
  const { tokenizer, config } = source;
  const calls = new Calls(source.model);
  return {
    caption: (picture, prompt = "", options) => {
      const memory = calls.overVision("memory", calls.vision(picture), "image_embeds");
      const start = startOf(source, memory, promptIds(prompt, tokenizer, config));
      return generate(start, lengthened(source, start, options));
    },
  };
}

/** BlipForQuestionAnswering: answers in its own words, or by choosing. */
export function answeringPrograms(source: ProgramSource): Programs {
  const { tokenizer, config } = source;
  const calls = new Calls(source.model);
  return {
    answer: (picture, question, choices, options) => {
      const memory = calls.textOver("question", calls.vision(picture), encoderIds(question, tokenizer, config));
      const start = startOf(source, memory, [config.bos_token_id]);
      if (!choices) return generate(start, lengthened(source, start, options));
      return rank(
        start,
        choices.map((text) => ({ text, tokenIds: choiceIds(text, tokenizer, config) })),
      );
    },
  };
}

/** BlipForImageTextRetrieval: judges pairs (ITM) and makes vectors to compare (ITC). */
export function retrievalPrograms({ model, tokenizer, config }: ProgramSource): Programs {
  return matchingPrograms({ model, read: (text) => encoderIds(text, tokenizer, config) });
}

/** Where the text decoder begins. */
function startOf({ model, config }: ProgramSource, memory: EncoderCall, promptTokenIds: readonly number[]): Start {
  return { model, memory, promptTokenIds, eosTokenIds: [config.sep_token_id] };
}

/** One position for each token that is still to come. */
function lengthened({ config, defaults }: ProgramSource, start: Start, options: GenerationOptions): Strategy {
  return strategyOf(options, defaults, config.max_position_embeddings - start.promptTokenIds.length);
}
