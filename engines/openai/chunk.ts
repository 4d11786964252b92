import type { FinishReason } from "../../inference/index.ts";
import { at, countAt, listAt, numberAt, parsed, textAt } from "./json.ts";
import { streamedError, unavailable } from "./server-errors.ts";

/** What a server tells at once of an answer. Counts are since the request began, and undefined where it does not tell. */
export interface Chunk {
  readonly text: string;
  readonly finishReason: FinishReason | undefined;
  readonly tokens: number | undefined;
  readonly promptTokens: number | undefined;
  /** Of the prompt, those that were still known. */
  readonly reusedTokens: number | undefined;
  /** What the server took to read the prompt with its pictures, milliseconds. */
  readonly promptMs: number | undefined;
  /** Whether it only sums up. */
  readonly isSummary: boolean;
}

const finishReasons: Readonly<Record<string, FinishReason>> = { stop: "STOP", length: "LENGTH", eos_token: "STOP" };

/** Reads an event's data. Throws the InferenceError that it tells of, and MODEL_UNAVAILABLE for what is no chunk. */
export function chunkOf(data: string): Chunk {
  const json = parsed(data);
  if (at(json, "error") != null) throw streamedError(json);
  if (!Array.isArray(at(json, "choices"))) throw unavailable("The model's server sends what is no answer.");
  const [choice] = listAt(json, "choices");
  return {
    text: textAt(choice, "delta", "content") ?? "",
    finishReason: finishReasonOf(textAt(choice, "finish_reason")),
    tokens: countAt(json, "timings", "predicted_n") ?? countAt(json, "usage", "completion_tokens"),
    ...promptOf(json),
    promptMs: numberAt(json, "timings", "prompt_ms"),
    isSummary: choice === undefined,
  };
}

/** llama-server tells of the prompt what it computed and what it still had; the others, the whole and what they had. */
function promptOf(json: unknown): Pick<Chunk, "promptTokens" | "reusedTokens"> {
  const usage = at(json, "usage");
  const [computed, cached] = [countAt(json, "timings", "prompt_n"), countAt(json, "timings", "cache_n")];
  const sum = computed === undefined ? undefined : computed + (cached ?? 0);
  return {
    promptTokens: countAt(usage, "prompt_tokens") ?? sum,
    reusedTokens: countAt(usage, "prompt_tokens_details", "cached_tokens") ?? cached,
  };
}

function finishReasonOf(name: string | undefined): FinishReason | undefined {
  if (name === undefined) return undefined;
  if (Object.hasOwn(finishReasons, name)) return finishReasons[name];
  throw unavailable(`The model's server ended the answer: ${name.slice(0, 40)}.`);
}
