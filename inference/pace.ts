/** What is remembered of the requests before, when one ends. */
const MEMORY = 0.95;
/** Work is done no faster than the device does it. */
const FASTEST = 1;
/** Where pictures take so many times as long as passes, one that stood still for a while says nothing more. */
const SLOWEST = 50;

/** How a request fared. */
export interface Fared {
  /** What was to be done before it when it came, and what it took itself, of the device alone; milliseconds. */
  readonly deviceMs: number;
  /** From when it came until it was answered. */
  readonly tookMs: number;
}

/**
 * How many times as long requests take as the device is busy until they are done: pictures are read, answers written, others
 * come meanwhile who go before, and other work runs on the machine. Long waits, which matter most, count most.
 */
export class Pace {
  #deviceMs = 0;
  #tookMs = 0;

  get value(): number {
    if (this.#deviceMs === 0) return FASTEST;
    return Math.min(SLOWEST, Math.max(FASTEST, this.#tookMs / this.#deviceMs));
  }

  ended({ deviceMs, tookMs }: Fared): void {
    this.#deviceMs = MEMORY * this.#deviceMs + deviceMs;
    this.#tookMs = MEMORY * this.#tookMs + tookMs;
  }

  /** One was given up after so long: had it been done, it would have taken longer. */
  givenUp(fared: Fared): void {
    if (fared.tookMs > fared.deviceMs * this.value) this.ended(fared);
  }
}
