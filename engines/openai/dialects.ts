import type { GenerationOptions } from "../../inference/index.ts";
import type { Endpoint } from "./endpoint.ts";
import { countAt, type JsonObject, textAt } from "./json.ts";

export const dialectNames = ["llama-server", "vllm", "sglang", "openai"] as const;
/** "openai": a server of which nothing more is known than that it speaks the protocol. */
export type DialectName = (typeof dialectNames)[number];

/** Options that OpenAI's protocol does not have. */
export type OwnOption = Extract<keyof GenerationOptions, "topK" | "repetitionPenalty" | "minTokens">;

/** What a server understands beyond OpenAI's protocol, and how it is said. */
export interface Dialect {
  readonly name: DialectName;
  /** The fields of the options that it can do. */
  readonly options: Readonly<Partial<Record<OwnOption, string>>>;
  /** Have it tell with each chunk how many tokens there are. */
  readonly counting: JsonObject;
  /** Have it go on with the last message, an answer that is not finished; undefined where it cannot. */
  readonly continuing: JsonObject | undefined;
  /** Have it keep what it knows of a prompt for those with the same salt, or for nobody. */
  readonly salting: (salt: string) => JsonObject;
  /** The unfinished answer as it takes it. */
  readonly unfinished: (text: string) => string;
}

const saltedCache = (cache_salt: string): JsonObject => ({ cache_salt });
const asSaid = (text: string): string => text;
const usage = { include_usage: true };

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  "llama-server": {
    name: "llama-server",
    options: { topK: "top_k", repetitionPenalty: "repeat_penalty" },
    // It penalises what is among the last tokens, 64 if nobody says more.
    counting: { stream_options: usage, timings_per_token: true, repeat_last_n: 8_192 },
    // It would go on without being told to, too, but then begin with what there is already.
    continuing: { continue_final_message: true, add_generation_prompt: false },
    salting: () => ({ cache_prompt: false }),
    unfinished: asSaid,
  },
  vllm: {
    name: "vllm",
    options: { topK: "top_k", repetitionPenalty: "repetition_penalty", minTokens: "min_tokens" },
    counting: { stream_options: { ...usage, continuous_usage_stats: true } },
    continuing: { continue_final_message: true, add_generation_prompt: false },
    salting: saltedCache,
    // It renders the answer by the chat template, which puts the space itself that the first token began with.
    unfinished: (text) => text.trimStart(),
  },
  sglang: {
    name: "sglang",
    options: { topK: "top_k", repetitionPenalty: "repetition_penalty", minTokens: "min_tokens" },
    counting: { stream_options: { ...usage, continuous_usage_stats: true } },
    // It writes the answer behind the prompt for one.
    continuing: { continue_final_message: true },
    salting: saltedCache,
    unfinished: asSaid,
  },
  openai: {
    name: "openai",
    options: {},
    counting: { stream_options: usage },
    continuing: undefined,
    salting: () => ({}),
    unfinished: asSaid,
  },
};

/** By what only each of them answers. */
export async function dialectOf(endpoint: Endpoint, signal: AbortSignal): Promise<Dialect> {
  const asked = async (path: string): Promise<unknown> => endpoint.askRoot(path, signal).catch(() => undefined);
  if (countAt(await asked("props"), "total_slots") !== undefined) return dialects["llama-server"];
  if (textAt(await asked("version"), "version") !== undefined) return dialects.vllm;
  if (textAt(await asked("get_model_info"), "model_path") !== undefined) return dialects.sglang;
  return dialects.openai;
}
