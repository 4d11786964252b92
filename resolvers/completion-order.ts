import { setMaxListeners } from "node:events";

/** Begins a piece of work; it is given up when the signal aborts. */
export type Start<T> = (signal: AbortSignal) => Promise<T>;

/**
 * What pieces of work come to, each when it is done. They begin together with the first `next`. `return` acts at once
 * (an async generator's would wait for the piece that is on its way): it gives up what still runs.
 */
export class CompletionOrder<T> implements AsyncIterableIterator<T, undefined> {
  readonly #starts: readonly Start<T>[];
  readonly #outer: AbortSignal;
  readonly #leaving = new AbortController();
  /** Settled, not yet asked for. */
  readonly #settled: Promise<T>[] = [];
  /** Asked for, not yet settled. */
  readonly #asked: ((next: NextOf<T>) => void)[] = [];
  #running: number;
  #hasBegun = false;

  constructor(starts: readonly Start<T>[], outer: AbortSignal) {
    this.#starts = starts;
    this.#outer = outer;
    this.#running = starts.length;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): NextOf<T> {
    this.#begin();
    const settled = this.#settled.shift();
    if (settled !== undefined) return valueOf(settled);
    if (this.#asked.length >= this.#running) return Promise.resolve(over);
    return new Promise((resolve) => this.#asked.push(resolve));
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#leaving.abort();
    this.#hasBegun = true;
    this.#running = 0;
    this.#settled.length = 0;
    for (const answer of this.#asked.splice(0)) answer(Promise.resolve(over));
    return Promise.resolve(over);
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const signal = AbortSignal.any([this.#outer, this.#leaving.signal]);
    // Each piece listens.
    setMaxListeners(0, signal);
    for (const start of this.#starts) {
      const work = start(signal);
      const settle = (): void => this.#settle(work);
      work.then(settle, settle);
    }
  }

  #settle(work: Promise<T>): void {
    if (this.#leaving.signal.aborted) return;
    this.#running -= 1;
    const answer = this.#asked.shift();
    if (answer === undefined) this.#settled.push(work);
    else answer(valueOf(work));
  }
}

type NextOf<T> = Promise<IteratorResult<T, undefined>>;

const over = { done: true, value: undefined } as const;

async function valueOf<T>(settled: Promise<T>): NextOf<T> {
  return { done: false, value: await settled };
}
