import type { Priority } from "../../inference/index.ts";

/** Who goes first. */
const ranks: Readonly<Record<Priority, number>> = { interactive: 0, default: 1, bulk: 2 };

interface Waiting {
  readonly rank: number;
  readonly go: () => void;
}

/** So many at once; the others wait, in order of priority, and among equals in that of arrival. */
export class Turns {
  readonly #max: number;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #sharedMs = 0;
  #runningMs = 0;
  #changedAt = performance.now();

  constructor(max: number) {
    this.#max = max;
  }

  get numRunning(): number {
    return this.#running;
  }

  get numWaiting(): number {
    return this.#waiting.length;
  }

  /** What one that has run since the beginning would have had of the server, if those that run share it evenly; milliseconds. */
  get sharedMs(): number {
    this.#pass();
    return this.#sharedMs;
  }

  /** How many ran at once while any did, on average. */
  get meanRunning(): number {
    this.#pass();
    return this.#sharedMs === 0 ? 0 : this.#runningMs / this.#sharedMs;
  }

  /** Resolves when it is one's turn, which is to be given back; rejects with the signal's reason. */
  async take(priority: Priority, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#running < this.#max) {
      this.#began();
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const waiting = { rank: ranks[priority], go };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#queue(waiting);
    });
  }

  giveBack(): void {
    this.#pass();
    this.#running -= 1;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#began();
    next.go();
  }

  #queue(waiting: Waiting): void {
    const behind = this.#waiting.findIndex(({ rank }) => rank > waiting.rank);
    this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, waiting);
  }

  #began(): void {
    this.#pass();
    this.#running += 1;
  }

  #pass(): void {
    const now = performance.now();
    const ms = now - this.#changedAt;
    this.#changedAt = now;
    if (this.#running === 0) return;
    this.#sharedMs += ms / this.#running;
    this.#runningMs += ms;
  }
}
