import { join } from "node:path";
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import { readJsonObject } from "../../checkpoint/json.ts";
import { parsePreprocessing } from "../../image/preprocessing.ts";
import type { TaskName } from "../../model-info.ts";
import { modelDetails } from "../details.ts";
import { fitting } from "../fitting.ts";
import type { DecoderShape, Model, Networks, Programs } from "../model.ts";
import { requireRows } from "../tokenizer-fit.ts";
import { readBlipConfig, type BlipTextConfig } from "./config.ts";
import { textDecoderShape } from "./decoder.ts";
import { readGenerationDefaults } from "../generation-defaults.ts";
import { answeringNetworks, captioningNetworks, retrievalNetworks, type BlipSource } from "./networks.ts";
import { answeringPrograms, captioningPrograms, retrievalPrograms, type ProgramSource } from "./programs.ts";

/** What sets one of transformers' BLIP classes apart. */
interface BlipClass {
  readonly tasks: readonly TaskName[];
  readonly networks: (source: BlipSource) => Networks;
  readonly programs: (source: ProgramSource) => Programs;
  readonly decoder?: (config: BlipTextConfig) => DecoderShape;
  /** New tokens unless caller or checkpoint say otherwise: transformers' default, the original's for answers (models.md §6.2). */
  readonly maxTokens: number;
}

const captioning: BlipClass = {
  tasks: ["CAPTION"],
  networks: captioningNetworks,
  programs: captioningPrograms,
  decoder: textDecoderShape,
  maxTokens: 20,
};

const answering: BlipClass = {
  tasks: ["VQA"],
  networks: answeringNetworks,
  programs: answeringPrograms,
  decoder: textDecoderShape,
  maxTokens: 10,
};

const retrieval: BlipClass = {
  tasks: ["MATCH", "EMBED"],
  networks: retrievalNetworks,
  programs: retrievalPrograms,
  maxTokens: 0,
};

/** BLIP's classes by the names that config.json calls them. */
export const blip = {
  BlipForConditionalGeneration: (checkpoint: Checkpoint) => openBlip(checkpoint, captioning),
  BlipForQuestionAnswering: (checkpoint: Checkpoint) => openBlip(checkpoint, answering),
  BlipForImageTextRetrieval: (checkpoint: Checkpoint) => openBlip(checkpoint, retrieval),
};

function openBlip(checkpoint: Checkpoint, { tasks, networks, programs, decoder, maxTokens }: BlipClass): Model {
  const { folder } = checkpoint;
  const config = readBlipConfig(folder);
  const preprocessing = parsePreprocessing(readJsonObject(join(folder, "preprocessor_config.json")));
  const defaults = readGenerationDefaults(folder, { maxTokens });
  return {
    preprocessing,
    ...(decoder === undefined ? {} : { decoder: decoder(config.text_config) }),
    networks: () =>
      fitting(checkpoint, () => networks({ weights: checkpoint.weights, config, pictures: preprocessing.fit })),
    programs: (tokenizer, model) => {
      requireRows(folder, { key: "text_config.vocab_size", rows: config.text_config.vocab_size }, tokenizer);
      return programs({ model, tokenizer, config: config.text_config, defaults });
    },
    ...modelDetails(checkpoint, { family: "BLIP", tasks }),
  };
}
