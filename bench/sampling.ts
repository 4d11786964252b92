const PAUSE_MS = 50;
/** Of the time, the part that sampling may take: asked for its memory, the system walks through every page of a process. */
const SHARE = 0.1;

/** Takes samples until it is stopped. */
export class Sampling {
  readonly #sample: () => void;
  #timer: NodeJS.Timeout;

  constructor(sample: () => void) {
    this.#sample = sample;
    this.#timer = setTimeout(() => this.#next(), PAUSE_MS);
  }

  #next(): void {
    const start = performance.now();
    this.#sample();
    const pause = Math.max(PAUSE_MS, (performance.now() - start) / SHARE);
    this.#timer = setTimeout(() => this.#next(), pause);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
