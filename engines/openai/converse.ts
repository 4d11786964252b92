import { setTimeout as delay } from "node:timers/promises";
import { EventError, EventLines } from "./event-lines.ts";
import { type FinishReason, type GenerationOptions } from "../../inference/index.ts";
import type { Answer } from "./answer.ts";
import { type Chunk, chunkOf } from "./chunk.ts";
import type { Dialect } from "./dialects.ts";
import type { Endpoint } from "./endpoint.ts";
import type { JsonObject } from "./json.ts";
import { bodyOf } from "./request-body.ts";
import { BrokenAnswer, unavailable } from "./server-errors.ts";

/** How often an answer that breaks off is asked for again, and how soon. */
const MAX_BREAKS = 1;
const PAUSE_MS = 200;

export interface Conversing {
  readonly endpoint: Endpoint;
  readonly dialect: Dialect;
  readonly model: string;
  readonly messages: readonly JsonObject[];
  readonly options: GenerationOptions;
  /** What the server keeps of the prompt is only for who has the same. */
  readonly salt: string | undefined;
  /** Of the whole answer. */
  readonly maxTokens: number;
  readonly maxSilenceMs: number;
  readonly signal: AbortSignal;
}

/**
 * Has the server say the rest of an answer, and says why it ends. Where the connection ends before it, the server is asked
 * once more, for what is missing then. Greedy text is the same as without that, where the tokens of a text that breaks off
 * are those that the model said, as they mostly are; with a temperature the rest is a draw of its own, seed or not.
 */
export async function converse(answer: Answer, conversing: Conversing): Promise<FinishReason> {
  for (let breaks = 0; ; breaks++) {
    if (answer.tokens >= conversing.maxTokens) return "LENGTH";
    try {
      return await listen(answer, conversing);
    } catch (error) {
      if (!(error instanceof BrokenAnswer)) throw error;
      if (breaks === MAX_BREAKS) throw unavailable(`The model's server broke off: ${error.message}.`, error);
    }
    await delay(PAUSE_MS, undefined, { signal: conversing.signal });
  }
}

async function listen(answer: Answer, conversing: Conversing): Promise<FinishReason> {
  const { endpoint, dialect, model, messages, options, salt, signal } = conversing;
  const silence = new Silence(conversing.maxSilenceMs);
  const maxTokens = conversing.maxTokens - answer.tokens;
  answer.askedAgain();
  try {
    const body = bodyOf({ model, messages, options, maxTokens, said: answer.text, salt }, dialect);
    const bytes = endpoint.stream("chat/completions", body, AbortSignal.any([signal, silence.signal]));
    return await read(bytes, answer, silence);
  } finally {
    silence.end();
  }
}

async function read(bytes: AsyncIterable<Uint8Array>, answer: Answer, silence: Silence): Promise<FinishReason> {
  let finishReason: FinishReason | undefined;
  for await (const chunk of chunks(bytes, silence)) {
    answer.push(chunk, performance.now());
    finishReason ??= chunk.finishReason;
  }
  if (finishReason === undefined) throw new BrokenAnswer("the stream ended before the answer did");
  return finishReason;
}

/** What comes behind its end, as some servers send, is not waited for. */
async function* chunks(bytes: AsyncIterable<Uint8Array>, silence: Silence): AsyncGenerator<Chunk> {
  const events = new EventLines();
  for await (const part of bytes) {
    silence.broken();
    for (const data of eventsOf(events, part)) {
      if (data === "[DONE]") return;
      yield chunkOf(data);
    }
  }
}

function eventsOf(events: EventLines, part: Uint8Array): readonly string[] {
  try {
    return events.push(part);
  } catch (error) {
    throw error instanceof EventError ? unavailable(`The model's server sends ${error.message}.`, error) : error;
  }
}

/** How long nothing came, from the first bytes on: before them the server may have others' requests to do. */
class Silence {
  readonly #maxMs: number;
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(maxMs: number) {
    this.#maxMs = maxMs;
  }

  /** Aborted when it has lasted too long. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  broken(): void {
    clearTimeout(this.#timer);
    const tooLong = new BrokenAnswer(`nothing came for ${this.#maxMs} ms`);
    this.#timer = setTimeout(() => this.#ending.abort(tooLong), this.#maxMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
