import { type FailedEvent, type GenerationReader, InferenceError, type NumberedEvent } from "../inference/index.ts";

/** An event of a chat, as the graph shows it. */
export interface ChatEvent {
  readonly generationId: string;
  readonly event: NumberedEvent;
}

export interface ChatStreamOptions {
  readonly generationId: string;
  readonly after: number;
  /** Starts the generation, or finds it. */
  readonly open: () => Promise<GenerationReader>;
  readonly failure: (error: unknown) => FailedEvent;
  /** Told of the code where the chat fails. */
  readonly onFailed: (code: FailedEvent["code"]) => void;
}

type Result = IteratorResult<ChatEvent, undefined>;

/**
 * A chat's events. Holds nothing until the first is asked for. A chat that cannot begin, or be found, is an event too.
 * No generator: `return` must act at once, also while `next` waits for a token.
 */
export class ChatStream implements AsyncIterableIterator<ChatEvent, undefined> {
  readonly #options: ChatStreamOptions;
  #reader: Promise<GenerationReader> | undefined;
  #isOver = false;

  constructor(options: ChatStreamOptions) {
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * Rejects where the generation goes on, but not for this reader: with SLOW_CONSUMER for one that was too slow, with
   * UNAVAILABLE for one that cannot be told what comes next, here or now. Any other failure is an event.
   */
  async next(): Promise<Result> {
    if (this.#isOver) return over;
    this.#reader ??= this.#options.open();
    let reader: GenerationReader;
    try {
      reader = await this.#reader;
    } catch (error) {
      return this.#refused(error);
    }
    const { done, value } = await reader.next();
    if (done === true) return over;
    const { generationId, onFailed } = this.#options;
    if (value.type === "failed") onFailed(value.code);
    return { done: false, value: { generationId, event: value } };
  }

  return(): Promise<Result> {
    this.#isOver = true;
    // One that is still being found is left as soon as it is.
    this.#reader?.then(
      (reader) => reader.return(),
      () => undefined,
    );
    return Promise.resolve(over);
  }

  #refused(error: unknown): Result {
    if (this.#isOver) return over;
    this.#isOver = true;
    const { generationId, after, failure, onFailed } = this.#options;
    const failed = failure(error);
    onFailed(failed.code);
    if (failed.code === "UNAVAILABLE" && after >= 0) throw comeAgain(failed.message, after);
    return { done: false, value: { generationId, event: { ...failed, seq: after + 1, text: "" } } };
  }
}

function comeAgain(message: string, resumeAfter: number): InferenceError {
  return new InferenceError("UNAVAILABLE", message, { resumeAfter });
}

const over: Result = { done: true, value: undefined };
