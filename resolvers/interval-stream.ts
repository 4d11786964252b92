export interface IntervalStreamOptions<T> {
  readonly everyMs: number;
  readonly read: () => Promise<T>;
  /** Aborted when nothing more is to come. */
  readonly ending: AbortSignal;
}

interface Waiting<T> {
  readonly timer: NodeJS.Timeout;
  readonly settle: (result: IteratorResult<T, undefined>) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * What `read` gives, at once and then at every interval, for as long as somebody asks: it reads nothing in between, and
 * whoever is late is not given what was missed. No generator: `return` must act at once, also while `next` waits.
 */
export class IntervalStream<T> implements AsyncIterableIterator<T, undefined> {
  readonly #options: IntervalStreamOptions<T>;
  readonly #waiting = new Set<Waiting<T>>();
  readonly #end = (): void => void this.return();
  #dueAt = -Infinity;
  #isOver = false;

  constructor(options: IntervalStreamOptions<T>) {
    this.#options = options;
    if (options.ending.aborted) this.#isOver = true;
    else options.ending.addEventListener("abort", this.#end, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Rejects, and ends, where reading fails. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#isOver) return Promise.resolve(over);
    const now = performance.now();
    const dueAt = Math.max(now, this.#dueAt);
    this.#dueAt = dueAt + this.#options.everyMs;
    return new Promise((settle, fail) => {
      const waiting: Waiting<T> = { settle, fail, timer: setTimeout(() => void this.#give(waiting), dueAt - now) };
      this.#waiting.add(waiting);
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#isOver = true;
    this.#options.ending.removeEventListener("abort", this.#end);
    for (const { timer, settle } of this.#waiting) {
      clearTimeout(timer);
      settle(over);
    }
    this.#waiting.clear();
    return Promise.resolve(over);
  }

  async #give(waiting: Waiting<T>): Promise<void> {
    try {
      const value = await this.#options.read();
      waiting.settle({ done: false, value });
      this.#waiting.delete(waiting);
    } catch (error) {
      waiting.fail(error);
      void this.return();
    }
  }
}

const over = { done: true, value: undefined } as const;
