import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import { modelDetails } from "../details.ts";
import { fitting } from "../fitting.ts";
import { readGenerationDefaults } from "../generation-defaults.ts";
import type { DecoderShape, Model } from "../model.ts";
import { optShape } from "../opt/opt.ts";
import { readPreprocessing } from "../preprocessing.ts";
import { t5Shape } from "../t5/decoder.ts";
import { requireRows } from "../tokenizer-fit.ts";
import { specialTokenIds, type TokenIds } from "../token-ids.ts";
import { readBlip2Config, readImageToken, readLanguageConfig, type LanguageConfig } from "./config.ts";
import { generationNetworks, retrievalNetworks } from "./networks.ts";
import { generationPrograms, retrievalPrograms, type TaskDefaults } from "./programs.ts";
import { promptingOf } from "./prompting.ts";

/** BLIP-2's classes by the names that config.json calls them. */
export const blip2 = {
  Blip2ForConditionalGeneration: openForGeneration,
  Blip2ForImageTextRetrieval: openForRetrieval,
};

function openForGeneration(checkpoint: Checkpoint): Model {
  const { folder } = checkpoint;
  const config = readBlip2Config(folder);
  const language = readLanguageConfig(folder);
  const preprocessing = readPreprocessing(folder, "BlipImageProcessor");
  const tokens = tokenIdsOf(folder, language);
  const defaults = taskDefaults(folder);
  return {
    preprocessing,
    decoder: decoderShape(language),
    networks: () => {
      const source = { weights: checkpoint.weights, config, pictures: preprocessing.fit, ...language };
      return fitting(checkpoint, () => generationNetworks({ ...source, suppressedTokenIds: tokens.suppressed }));
    },
    programs: (tokenizer, model) => {
      requireRows(folder, { key: "text_config.vocab_size", rows: language.language.config.vocab_size }, tokenizer);
      return generationPrograms(
        promptingOf({ model, tokenizer, config, eosTokenIds: tokens.ends, ...language }),
        defaults,
      );
    },
    ...modelDetails(checkpoint, { family: "BLIP2", tasks: ["CAPTION", "VQA", "CHAT"] }),
  };
}

function openForRetrieval(checkpoint: Checkpoint): Model {
  const { folder } = checkpoint;
  const config = readBlip2Config(folder);
  const preprocessing = readPreprocessing(folder, "BlipImageProcessor");
  const { qformer_config } = config;
  const imageToken = readImageToken(folder);
  return {
    preprocessing,
    networks: () =>
      fitting(checkpoint, () =>
        retrievalNetworks({ weights: checkpoint.weights, config, pictures: preprocessing.fit }),
      ),
    programs: (tokenizer, model) => {
      const words = { key: "qformer_config.vocab_size", rows: qformer_config.vocab_size };
      // <image> stands for no word and is never read: newer checkpoints have it right behind the words' rows.
      const unread = imageToken === words.rows ? 1 : 0;
      requireRows(folder, words, { vocabularySize: tokenizer.vocabularySize - unread });
      return retrievalPrograms({ model, tokenizer, config: qformer_config, imageToken });
    },
    ...modelDetails(checkpoint, { family: "BLIP2", tasks: ["MATCH", "EMBED"] }),
  };
}

function decoderShape({ language }: LanguageConfig): DecoderShape {
  return language.kind === "opt" ? optShape(language.config) : t5Shape(language.config);
}

/** New tokens unless checkpoint or caller say otherwise: transformers' default, and LAVIS' for answers and free text (models.md §6.2). */
function taskDefaults(folder: string): TaskDefaults {
  return {
    caption: readGenerationDefaults(folder, { maxTokens: 20 }),
    answer: readGenerationDefaults(folder, { maxTokens: 10 }),
    chat: readGenerationDefaults(folder, { maxTokens: 30 }),
  };
}

/** Neither the picture's sign nor what only pads the vocabulary is ever said. */
function tokenIdsOf(folder: string, { language, image_token_index: image }: LanguageConfig): TokenIds {
  const { vocab_size: vocabularySize, eos_token_id: usualEnd } = language.config;
  return specialTokenIds(folder, { vocabularySize, usualEnd, never: image === undefined ? [] : [image] });
}
