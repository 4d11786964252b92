import { waitFor } from "./signal.ts";

/** Work for all who wait for it, done once; it is told to stop when the last of them has left. */
export class SharedWork<T> {
  readonly #stop = new AbortController();
  readonly #work: Promise<T>;
  #numWaiting = 0;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work(this.#stop.signal);
    // Who has left is not told of its failure.
    this.#work.catch(() => undefined);
  }

  /** Whether everybody has left: whoever comes now needs other work. */
  get isGivenUp(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Its result, or CANCELLED when the signal says so. */
  async result(signal: AbortSignal | undefined): Promise<T> {
    this.#numWaiting += 1;
    try {
      return await waitFor(this.#work, signal);
    } finally {
      this.#numWaiting -= 1;
      if (this.#numWaiting === 0) this.#stop.abort();
    }
  }
}
