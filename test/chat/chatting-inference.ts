import {
  InferenceError,
  type ChatProgress,
  type ChatResult,
  type ChatTask,
  type ResultOf,
  type SubmitOptions,
  type Task,
  type Timing,
} from "../../inference/index.ts";
import { model } from "../gallery/fake-inference.ts";
import { demoModels, TalkingInference } from "../src/talking-inference.ts";

const timing: Timing = {
  totalMs: 1,
  queueMs: 0,
  preprocessMs: 0,
  encodeMs: 1,
  decodeMs: 0,
  encodeBatch: 1,
  decodeBatch: 1,
  imageCacheHit: false,
};

/** What a chat is made to say, piece by piece. */
export type Script = (task: ChatTask) => Iterable<string> | AsyncIterable<string>;

/** The fake world with a model that chats, by a script; it leaves when its caller does. */
export class ChattingInference extends TalkingInference {
  /** Chats that are being answered. */
  numChatting = 0;
  /** Chats that were asked for, ever. */
  numChats = 0;
  script: Script;
  /** Called when a caller leaves. */
  onAbort: () => void = () => undefined;

  constructor(script: Script = (task) => wordsOf(task.messages.at(-1)!.text)) {
    super([...demoModels, model("demo-chat", { family: "LLAVA", tasks: ["CHAT"] })]);
    this.script = script;
  }

  override async submit<T extends Task>(task: T, options: SubmitOptions = {}): Promise<ResultOf<T>> {
    options.signal?.addEventListener("abort", () => this.onAbort(), { once: true });
    if (task.kind !== "chat") return super.submit(task, options);
    this.tasks.push(task);
    this.numChats += 1;
    this.numChatting += 1;
    try {
      return (await unlessAborted(this.#chat(task, options), options.signal)) as ResultOf<T>;
    } finally {
      this.numChatting -= 1;
    }
  }

  async #chat(task: ChatTask, { signal, onProgress = () => undefined }: SubmitOptions): Promise<ChatResult> {
    const tell = (progress: ChatProgress): void => {
      if (signal?.aborted !== true) onProgress(progress);
    };
    await this.before(task);
    tell({ type: "started", promptTokens: task.messages.length, reusedTokens: 0, imageCacheHit: false });
    let text = "";
    let tokens = 0;
    for await (const piece of this.script(task)) {
      if (signal?.aborted === true) break;
      text += piece;
      tokens += 1;
      tell({ type: "delta", text: piece, tokenIds: [tokens], tokens });
    }
    const tokenIds = Array.from({ length: tokens }, (_, i) => i);
    const promptTokens = task.messages.length;
    return { text, tokens, tokenIds, finishReason: "STOP", promptTokens, reusedTokens: 0, timing };
  }
}

/** The words of a text, each with the space before it. */
export function wordsOf(text: string): readonly string[] {
  return text.match(/\s*\S+/g) ?? [];
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new InferenceError("CANCELLED", "The request was cancelled."));
    if (signal?.aborted === true) return leave();
    signal?.addEventListener("abort", leave, { once: true });
    work.then(resolve, reject);
  });
}
