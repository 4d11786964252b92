import { findConfig } from "../checkpoint/config.ts";
import { InferenceError } from "../errors.ts";
import type { Sampling, Strategy } from "../scheduling/program.ts";
import type { GenerationOptions } from "../task.ts";

/** How a checkpoint generates when its caller does not say; from generation_config.json, else as transformers does. */
export interface GenerationDefaults {
  /** New tokens at most and at least. */
  readonly maxTokens: number;
  readonly minTokens: number;
  /** 0: greedy. */
  readonly temperature: number;
  /** 0: no limit. */
  readonly topK: number;
  readonly topP: number;
  readonly repetitionPenalty: number;
  readonly beams: number;
  readonly lengthPenalty: number;
  readonly earlyStopping: boolean;
}

export function readGenerationDefaults(folder: string, usual: { readonly maxTokens: number }): GenerationDefaults {
  const config = findConfig(folder, "generation_config.json");
  const number = (key: string, fallback: number) => config?.number(key, fallback) ?? fallback;
  const samples = config?.boolean("do_sample", false) ?? false;
  return {
    maxTokens: config?.size("max_new_tokens", usual.maxTokens) ?? usual.maxTokens,
    minTokens: number("min_new_tokens", 0),
    temperature: samples ? number("temperature", 1) : 0,
    topK: number("top_k", 50),
    topP: number("top_p", 1),
    repetitionPenalty: number("repetition_penalty", 1),
    beams: number("num_beams", 1),
    lengthPenalty: number("length_penalty", 1),
    earlyStopping: config?.boolean("early_stopping", false) ?? false,
  };
}

/** What a caller's options come to where there is room for so many new tokens. */
export function strategyOf(options: GenerationOptions, defaults: GenerationDefaults, room: number): Strategy {
  const maxTokens = Math.min(options.maxTokens ?? defaults.maxTokens, room);
  const length = {
    maxTokens,
    minTokens: Math.min(options.minTokens ?? defaults.minTokens, maxTokens),
    repetitionPenalty: options.repetitionPenalty ?? defaults.repetitionPenalty,
  };
  const sampling = samplingOf(options, defaults);
  const beams = options.beams ?? (sampling.kind === "random" ? 1 : defaults.beams);
  if (beams === 1) return { kind: "sample", ...length, sampling };
  if (options.temperature !== undefined && sampling.kind === "random") {
    throw new InferenceError(
      "BAD_USER_INPUT",
      `temperature ${options.temperature} with ${beams} beams: choose one of them`,
    );
  }
  const { lengthPenalty = defaults.lengthPenalty } = options;
  return { kind: "beam", ...length, beams, lengthPenalty, earlyStopping: defaults.earlyStopping };
}

function samplingOf(options: GenerationOptions, defaults: GenerationDefaults): Sampling {
  const temperature = options.temperature ?? (options.beams === undefined ? defaults.temperature : 0);
  if (temperature === 0) return { kind: "greedy" };
  const topK = options.topK ?? defaults.topK;
  return {
    kind: "random",
    temperature,
    topK: topK === 0 ? Infinity : topK,
    topP: options.topP ?? defaults.topP,
    seed: options.seed ?? Math.floor(Math.random() * 2 ** 32),
  };
}
