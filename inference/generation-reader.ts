import { InferenceError } from "./errors.ts";
import { isTerminal, type Backlog, type GenerationLog, type NumberedEvent } from "./generation-log.ts";

/** A reader that takes longer for an event is slow: it may be behind only for that, as all are in a burst. */
const PATIENCE_MS = 1_000;
/** Slow, and behind by more, a reader gets deltas put together. */
const MERGE_BEYOND_EVENTS = 32;
/** Slow, and behind by more, it is cut off. */
const MAX_BEHIND: Backlog = { events: 256, characters: 256 * 1024 };

/** What an error says. */
export type InferenceErrorText = Pick<InferenceError, "code" | "message">;

type Result = IteratorResult<NumberedEvent, undefined>;

/**
 * A generation's events after a number, each once and in order, as they come. It buffers nothing: the log does. Asking is
 * the sign that a transport has room; what was in the log at the start does not count as being behind. `return` acts at
 * once, also while a `next` waits, which a generator's would not.
 */
export class GenerationReader implements AsyncIterableIterator<NumberedEvent, undefined> {
  readonly #log: GenerationLog;
  readonly #onLeave: (reader: GenerationReader) => void;
  /** The last event that was there from the start. */
  readonly #replayUntil: number;
  readonly #waiting: ((result: Result | Promise<never>) => void)[] = [];
  #after: number;
  /** Since when it has what it asked for, and does not ask for more. */
  #busySince = performance.now();
  /** Whether it took too long for the last event. */
  #tookLong = false;
  #state: "open" | "slow" | "left" = "open";
  /** Why it ends after what is in the log. */
  #cut: InferenceErrorText | undefined;

  constructor(log: GenerationLog, after: number, onLeave: (reader: GenerationReader) => void) {
    this.#log = log;
    this.#after = after;
    this.#onLeave = onLeave;
    this.#replayUntil = log.lastSeq;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next event; SLOW_CONSUMER, with the number to resume from, once a reader that was cut off asks again. */
  next(): Promise<Result> {
    this.#tookLong = this.#waiting.length === 0 && performance.now() - this.#busySince >= PATIENCE_MS;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.wake();
    });
  }

  return(): Promise<Result> {
    this.#leave("left");
    this.wake();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Ends it after what is in the log, with an error that names the number to resume from. */
  cut(reason: InferenceErrorText): void {
    this.#cut = reason;
    this.wake();
  }

  /** There is something new in the log. */
  wake(): void {
    while (this.#waiting.length > 0) {
      const answer = this.#answer();
      if (answer === undefined) return;
      this.#waiting.shift()!(answer);
      this.#busySince = performance.now();
    }
    if (this.#isSlow()) this.#leave("slow");
  }

  #answer(): Result | Promise<never> | undefined {
    if (this.#state === "slow") return Promise.reject(this.#endSlow());
    if (this.#state === "left") return { done: true, value: undefined };
    const value = this.#take();
    if (value !== undefined) return { done: false, value };
    if (this.#cut !== undefined) return Promise.reject(this.#endCut(this.#cut));
    if (!this.#log.isEnded) return undefined;
    this.#leave("left");
    return { done: true, value: undefined };
  }

  #take(): NumberedEvent | undefined {
    const isReplayed = this.#after < this.#replayUntil;
    const merges = this.#tookLong && !isReplayed && this.#behind().events > MERGE_BEYOND_EVENTS;
    const event = merges ? this.#log.nextMerged(this.#after) : this.#log.next(this.#after);
    if (event === undefined) return undefined;
    this.#after = event.seq;
    if (isTerminal(event)) this.#leave("left");
    return event;
  }

  #behind(): Backlog {
    return this.#log.backlog(Math.max(this.#after, this.#replayUntil));
  }

  #isSlow(): boolean {
    if (this.#state !== "open" || performance.now() - this.#busySince < PATIENCE_MS) return false;
    const { events, characters } = this.#behind();
    return events > MAX_BEHIND.events || characters > MAX_BEHIND.characters;
  }

  #leave(state: "slow" | "left"): void {
    if (this.#state !== "open") return;
    this.#state = state;
    this.#onLeave(this);
  }

  #endCut({ code, message }: InferenceErrorText): InferenceError {
    this.#leave("left");
    return new InferenceError(code, message, { resumeAfter: this.#after });
  }

  #endSlow(): InferenceError {
    this.#state = "left";
    const after = this.#after;
    const message = `You read too slowly: this stream ends after event ${after}. Subscribe again with after: ${after}.`;
    return new InferenceError("SLOW_CONSUMER", message, { resumeAfter: after });
  }
}
