import { join } from "node:path";
import { openCheckpoint } from "../../checkpoint/checkpoint.ts";
import { readJsonObject } from "../../checkpoint/json.ts";
import { parsePreprocessing, type ImagePreprocessing } from "../../image/preprocessing.ts";
import { modelDetails } from "../details.ts";
import { fitting } from "../fitting.ts";
import { readEndTokens, readGenerationDefaults } from "../generation-defaults.ts";
import type { Model } from "../model.ts";
import { requireRows } from "../tokenizer-fit.ts";
import { unspokenTokenIds } from "../unspoken-tokens.ts";
import { readBlip2Config, readLanguageConfig, type LanguageConfig } from "./config.ts";
import { generationNetworks, retrievalNetworks } from "./networks.ts";
import { generationPrograms, retrievalPrograms, type TaskDefaults } from "./programs.ts";
import { promptingOf } from "./prompting.ts";

/** BLIP-2's classes by the names that config.json calls them. */
export const blip2 = {
  Blip2ForConditionalGeneration: openForGeneration,
  Blip2ForImageTextRetrieval: openForRetrieval,
};

function openForGeneration(folder: string): Model {
  const checkpoint = openCheckpoint(folder);
  const config = readBlip2Config(folder);
  const language = readLanguageConfig(folder);
  const preprocessing = readPreprocessing(folder);
  const { vocab_size, eos_token_id } = language.language.config;
  const eosTokenIds = readEndTokens(folder, { vocabularySize: vocab_size, usual: [eos_token_id] });
  const defaults = taskDefaults(folder);
  return {
    preprocessing,
    networks: () => {
      const suppressedTokenIds = unspoken(folder, language);
      const source = { weights: checkpoint.weights, config, pictures: preprocessing.fit, ...language };
      return fitting(checkpoint, () => generationNetworks({ ...source, suppressedTokenIds }));
    },
    programs: (tokenizer, model) => {
      requireRows(folder, { key: "text_config.vocab_size", rows: vocab_size }, tokenizer);
      return generationPrograms(promptingOf({ model, tokenizer, config, eosTokenIds, ...language }), defaults);
    },
    info: () => modelDetails(checkpoint, { family: "BLIP2", tasks: ["CAPTION", "VQA", "CHAT"] }),
  };
}

function openForRetrieval(folder: string): Model {
  const checkpoint = openCheckpoint(folder);
  const config = readBlip2Config(folder);
  const preprocessing = readPreprocessing(folder);
  const { qformer_config } = config;
  return {
    preprocessing,
    networks: () =>
      fitting(checkpoint, () =>
        retrievalNetworks({ weights: checkpoint.weights, config, pictures: preprocessing.fit }),
      ),
    programs: (tokenizer, model) => {
      requireRows(folder, { key: "qformer_config.vocab_size", rows: qformer_config.vocab_size }, tokenizer);
      return retrievalPrograms(model, tokenizer, qformer_config);
    },
    info: () => modelDetails(checkpoint, { family: "BLIP2", tasks: ["MATCH", "EMBED"] }),
  };
}

function readPreprocessing(folder: string): ImagePreprocessing {
  return parsePreprocessing(readJsonObject(join(folder, "preprocessor_config.json")));
}

/** New tokens unless checkpoint or caller say otherwise: transformers' default, and LAVIS' for answers and free text (models.md §6.2). */
function taskDefaults(folder: string): TaskDefaults {
  return {
    caption: readGenerationDefaults(folder, { maxTokens: 20 }),
    answer: readGenerationDefaults(folder, { maxTokens: 10 }),
    chat: readGenerationDefaults(folder, { maxTokens: 30 }),
  };
}

function unspoken(folder: string, { language, image_token_index: image }: LanguageConfig): readonly number[] {
  const placeholders = image === undefined ? [] : [image];
  return unspokenTokenIds(folder, { vocabularySize: language.config.vocab_size, placeholders });
}
