/** What is remembered of what was expected before, when a request ends. */
const MEMORY = 0.95;
/** Work is done no faster than the device does it. */
const FASTEST = 1;
/** Where pictures take so many times as long as passes, one that stood still for a while says nothing more. */
const SLOWEST = 50;

/** How a request fared, beside what was expected of the device alone. */
export interface Fared {
  /** Until it was done, and all that went before it, by device times; milliseconds. */
  readonly expectedMs: number;
  readonly tookMs: number;
}

/**
 * How many times as long requests take as the device is expected to work until they are done: pictures are read, answers
 * written, other work runs on the machine, and expectations may be wrong. Long waits, which matter most, count most.
 */
export class Pace {
  #expectedMs = 0;
  #tookMs = 0;

  get value(): number {
    if (this.#expectedMs === 0) return FASTEST;
    return Math.min(SLOWEST, Math.max(FASTEST, this.#tookMs / this.#expectedMs));
  }

  done({ expectedMs, tookMs }: Fared): void {
    this.#expectedMs = MEMORY * this.#expectedMs + expectedMs;
    this.#tookMs = MEMORY * this.#tookMs + tookMs;
  }

  /** One was given up after so long: had it been done, it would have taken longer. */
  givenUp(fared: Fared): void {
    if (fared.tookMs > fared.expectedMs * this.value) this.done(fared);
  }
}
