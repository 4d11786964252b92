import { InferenceError } from "../../errors.ts";
import type { CallOutputs, DecodeSpec, EncoderCall, Generation } from "../../scheduling/program.ts";
import type { GenerationOptions } from "../../task.ts";
import type { Tokenizer } from "../../text/tokenizer.ts";
import type { Embedding, GeneratedText, MatchScores, Prepared, Programs } from "../model.ts";
import { Calls } from "./calls.ts";
import type { BlipTextConfig } from "./config.ts";
import { strategyOf, type GenerationDefaults } from "../generation-defaults.ts";
import { choiceIds, encoderIds, promptIds } from "./prompts.ts";

/** What a checkpoint's programs are made of. */
export interface ProgramSource {
  /** The name that its networks go by. */
  readonly model: string;
  readonly tokenizer: Tokenizer;
  readonly config: BlipTextConfig;
  readonly defaults: GenerationDefaults;
}

/** Of more choices, only those with the likeliest first tokens are scored in full; the API takes no more than these. */
const RANKED_CHOICES = 256;

/** BlipForConditionalGeneration: describes a picture, from a prompt on. */
export function captioningPrograms(source: ProgramSource): Programs {
  const { tokenizer, config } = source;
  const calls = new Calls(source.model);
  return {
    caption: (picture, prompt = "", options) => {
      const start = {
        memory: calls.memory(calls.vision(picture)),
        promptTokenIds: promptIds(prompt, tokenizer, config),
      };
      return generate(source, start, options);
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
      const start = { memory, promptTokenIds: [config.bos_token_id] };
      return choices ? rank(source, start, choices) : generate(source, start, options);
    },
  };
}

/** BlipForImageTextRetrieval: judges pairs (ITM) and makes vectors to compare (ITC). */
export function retrievalPrograms({ model, tokenizer, config }: ProgramSource): Programs {
  const calls = new Calls(model);
  const read = (text: string) => encoderIds(text, tokenizer, config);
  return {
    match: (picture, text) => {
      const [vision, ids] = [calls.vision(picture), read(text)];
      const program = { model, calls: [calls.textOver("match", vision, ids), vision, calls.text(ids)] };
      return { program, finish: ({ outputs }) => matchScores(outputs) };
    },
    embedImage: (picture) => vectorOf(model, calls.vision(picture), "image_embedding"),
    embedText: (text) => vectorOf(model, calls.text(read(text)), "text_embedding"),
  };
}

type Start = Pick<DecodeSpec, "memory" | "promptTokenIds">;

function generate(
  { model, config, defaults }: ProgramSource,
  start: Start,
  options: GenerationOptions,
): Prepared<GeneratedText> {
  const room = config.max_position_embeddings - start.promptTokenIds.length;
  const strategy = strategyOf(options, defaults, room);
  const decode = { ...start, eosTokenIds: [config.sep_token_id], strategy };
  return {
    program: { model, calls: [], decode },
    finish: ({ generation }) => ({ tokenIds: generation!.tokenIds, finishReason: generation!.finishReason }),
  };
}

function rank(
  { model, tokenizer, config }: ProgramSource,
  start: Start,
  texts: readonly string[],
): Prepared<GeneratedText> {
  if (texts.length === 0) throw new InferenceError("BAD_USER_INPUT", "there are no choices to choose from");
  const choices = texts.map((text) => choiceIds(text, tokenizer, config));
  const strategy = { kind: "rank", choices, candidates: RANKED_CHOICES } as const;
  const decode = { ...start, eosTokenIds: [config.sep_token_id], strategy };
  return {
    program: { model, calls: [], decode },
    finish: ({ generation }) => chosen(texts, choices, generation!),
  };
}

/** The choices that were scored, best first; the best is the answer. */
function chosen(
  texts: readonly string[],
  choices: readonly (readonly number[])[],
  generation: Generation,
): GeneratedText {
  const scored = texts.map((text, i) => ({
    text,
    tokenIds: choices[i]!.slice(0, -1),
    score: generation.choiceScores?.[i],
  }));
  const ranked = scored.filter((choice) => choice.score !== undefined).sort((a, b) => b.score! - a.score!);
  return {
    tokenIds: ranked[0]!.tokenIds,
    finishReason: "STOP",
    ranking: ranked.map(({ text, score }) => ({ text, score: score! })),
  };
}

/** Outputs of the calls match, vision and text, in this order; the second ITM logit is that of a match (models.md §1.9). */
function matchScores([match, image, text]: readonly CallOutputs[]): MatchScores {
  const [no, yes] = floats(match, "itm_logits") as unknown as [number, number];
  const similarity = dot(floats(image, "image_embedding"), floats(text, "text_embedding"));
  return { logit: yes, probability: 1 / (1 + Math.exp(no - yes)), similarity };
}

function vectorOf(model: string, call: EncoderCall, output: string): Prepared<Embedding> {
  return {
    program: { model, calls: [call] },
    finish: ({ outputs }) => ({ values: floats(outputs[0], output), vectors: 1 }),
  };
}

function floats(outputs: CallOutputs | undefined, name: string): Float32Array {
  const data = outputs?.[name]?.data;
  if (data instanceof Float32Array) return data;
  throw new TypeError(`a call gave no float32 output ${name}`);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
