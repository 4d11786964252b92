import { setTimeout as delay } from "node:timers/promises";
import type { Entry } from "../entry.ts";
import type { RequestLog } from "../redis/request-log.ts";
import type { Holding, Lost } from "../redis/request-records.ts";

/** While Redis starts it answers with errors. */
const RETRY_MS = 100;

export interface LogWriterOptions {
  readonly log: RequestLog;
  readonly holding: Holding;
  /** The number of the first entry. */
  readonly next: number;
  /** How long the request is kept after its end, milliseconds. */
  readonly keepMs: number;
  /** Called once when nothing can be written any more. */
  readonly onLost: (why: Lost) => void;
}

/**
 * Writes what becomes of a request to its log, one entry after the other. Tokens that come while an entry is on its way
 * are put together, so that writing never falls behind. While Redis is away everything waits.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  #waiting: Entry[] = [];
  #next: number;
  #writing: Promise<void> | undefined;
  #lost: Lost | undefined;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#next = options.next;
  }

  /** Why nothing can be written any more, if so. */
  get lost(): Lost | undefined {
    return this.#lost;
  }

  /** Nothing more is written, for this reason, that is known from elsewhere. */
  lose(why: Lost): void {
    this.#lost ??= why;
  }

  /** Has an entry written after those before it. */
  write(entry: Entry): void {
    if (this.#lost !== undefined) return;
    this.#waiting.push(entry);
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when all that was given is in the log, or cannot be. */
  async written(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0 && this.#lost === undefined) await this.#append(this.#takeNext());
    this.#writing = undefined;
  }

  async #append(entry: Entry): Promise<void> {
    const { log, holding, keepMs, onLost } = this.#options;
    while (this.#lost === undefined) {
      try {
        const { state } = await log.append(holding, this.#next, entry, keepMs);
        if (state === "ok") this.#next += 1;
        else this.#lost = state;
        if (state !== "ok") onLost(state);
        return;
      } catch {
        // Its answer may be lost, too: the same again is the same once.
        await delay(RETRY_MS);
      }
    }
  }

  #takeNext(): Entry {
    const [first, ...rest] = this.#waiting as [Entry, ...Entry[]];
    if (first.type !== "tokens") {
      this.#waiting = rest;
      return first;
    }
    const end = this.#waiting.findIndex(({ type }) => type !== "tokens");
    const run = this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
    const tokens = run.filter((entry) => entry.type === "tokens");
    return {
      type: "tokens",
      tokenIds: tokens.flatMap(({ tokenIds }) => tokenIds),
      text: tokens.map(({ text }) => text).join(""),
    };
  }
}
