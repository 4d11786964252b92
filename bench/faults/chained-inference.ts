import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  type ChatResult,
  type ChatTask,
  type Inference,
  InferenceError,
  type ModelInfo,
  type ModelState,
  type ResultOf,
  type SchedulerView,
  type SubmitOptions,
  type Task,
} from "../../inference/index.ts";

/** A model that chats. */
export const chainedModel: ModelInfo = {
  ...{ name: "chained", family: "LLAVA", tasks: ["CHAT"], state: "READY", device: "cpu", dtype: "float32" },
  ...{ parameters: 1, digest: "0".repeat(64), preprocessing: "none", licence: undefined },
};

/** Of a token: its number, which the text before it decides, so that nothing can be lost, repeated or spliced unseen. */
export function nextToken(seed: string, before: string): number {
  return createHash("sha256").update(`${seed}\n${before}`).digest().readUIntBE(0, 4);
}

/** A token as text. */
export function textOf(token: number): string {
  return `${token.toString(36)} `;
}

/** What a chat says in the end. */
export function chainOf(seed: string, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += textOf(nextToken(seed, text));
  return text;
}

/** How many tokens of a chain a text is; -1 where it is none. */
export function lengthInChain(seed: string, text: string): number {
  let [said, length] = ["", 0];
  while (said.length < text.length) {
    said += textOf(nextToken(seed, said));
    length += 1;
  }
  return said === text ? length : -1;
}

/**
 * A model of no weights: it says a chain of hashes, a token in so many milliseconds, and goes on from tokens that it is
 * given, unless they are not its own.
 */
export class ChainedInference implements Inference {
  readonly msPerToken: number;
  numChats = 0;
  /** Of the model, and how often what computes it has died. */
  state: ModelState = "READY";
  numDeaths = 0;
  /** Called before each token. */
  before: (task: ChatTask, said: number) => Promise<void> | void = () => undefined;

  constructor({ msPerToken = 5 } = {}) {
    this.msPerToken = msPerToken;
  }

  async submit<T extends Task>(task: T, options: SubmitOptions = {}): Promise<ResultOf<T>> {
    if (task.kind === "chat") return (await this.#chat(task, options)) as ResultOf<T>;
    if (task.kind === "inspect") return { width: 3, height: 2, format: "png" } as ResultOf<T>;
    throw new InferenceError("UNSUPPORTED_TASK", `There is no ${task.kind} here.`);
  }

  expectedMs(): number {
    return 1;
  }

  models(): readonly ModelInfo[] {
    return [{ ...chainedModel, state: this.state }];
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  scheduler(): Promise<SchedulerView> {
    const restarts = { deaths: this.numDeaths, replacements: 0 };
    return Promise.resolve({ devices: [{ id: "cpu", kind: "cpu", state: "ready", models: [], caches: [], restarts }] });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #chat(task: ChatTask, { signal, onProgress }: SubmitOptions): Promise<ChatResult> {
    this.numChats += 1;
    const seed = task.messages.at(-1)!.text;
    const { maxTokens = 20 } = task.options;
    const resumed = task.resumedTokenIds ?? [];
    let text = "";
    for (const token of resumed) {
      if (token !== nextToken(seed, text)) throw new Error(`a token that was not said: ${token} after "${text}"`);
      text += textOf(token);
    }
    onProgress?.({ type: "started", promptTokens: 3, reusedTokens: 0, imageCacheHit: false });
    for (let tokens = resumed.length + 1; tokens <= maxTokens; tokens++) {
      await delay(this.msPerToken, undefined, { signal }).catch(() => undefined);
      await this.before(task, tokens - 1);
      if (signal?.aborted === true) throw signal.reason;
      const token = nextToken(seed, text);
      text += textOf(token);
      onProgress?.({ type: "delta", text: textOf(token), tokenIds: [token], tokens });
    }
    return resultOf(text, maxTokens);
  }
}

function resultOf(text: string, tokens: number): ChatResult {
  const timing = {
    ...{ totalMs: 1, queueMs: 0, preprocessMs: 0, encodeMs: 0, decodeMs: 1, encodeBatch: 0, decodeBatch: 1 },
    imageCacheHit: false,
  };
  return { text, tokens, tokenIds: [], finishReason: "STOP", promptTokens: 3, reusedTokens: 0, timing };
}
