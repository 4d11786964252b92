import { deviceMs, type Task } from "../inference/index.ts";
import type { RunEnd, RunWatch, RunWatcher } from "./observed-inference.ts";

export interface ChargeOptions {
  /** What the operation is expected to take, which is reserved for it. */
  readonly expectedMs: number;
  /** What one of its requests is expected to take. */
  readonly msOf: (task: Task) => number;
  /** Told of what was taken beyond what was reserved, below zero where that was less. */
  readonly settle: (ms: number) => void;
}

/**
 * What an operation has out of its client's budget: what it is expected to take, until it is over and it is known what it
 * took. A chat may run on for longer than the operation that began it.
 */
export class Charge implements RunWatcher {
  readonly #options: ChargeOptions;
  /** Taken out of the budget, and not yet accounted for. */
  #heldMs: number;
  #tookMs = 0;
  #running = 0;
  #isOver = false;

  constructor(options: ChargeOptions) {
    this.#options = options;
    this.#heldMs = options.expectedMs;
  }

  began(task: Task): RunWatch {
    const startedAt = performance.now();
    this.#running += 1;
    return {
      progressed: () => undefined,
      ended: (end) => {
        this.#running -= 1;
        this.#tookMs += this.#msOf(task, end, performance.now() - startedAt);
        this.#settle();
      },
    };
  }

  /** The operation has ended: what was not taken is given back. */
  over(): void {
    this.#isOver = true;
    this.#settle();
  }

  /** Nobody says what a run took that failed or was left: no more than was expected, nor than the time that it had. */
  #msOf(task: Task, { timing }: RunEnd, elapsedMs: number): number {
    return timing === undefined ? Math.min(elapsedMs, this.#options.msOf(task)) : deviceMs(timing);
  }

  #settle(): void {
    if (!this.#isOver || this.#running > 0) return;
    this.#options.settle(this.#tookMs - this.#heldMs);
    this.#heldMs = 0;
    this.#tookMs = 0;
  }
}
