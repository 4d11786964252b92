/** What is remembered of the time before; milliseconds that the device has worked. */
const MEMORY_MS = 5_000;

/** The part of the device's work that was a client's lately, on a clock that tells what was done for all. */
export class Share {
  #doneMs = 0;
  #allMs = 0;
  #at: number;

  /** The client is new now. */
  constructor(now: number) {
    this.#at = now;
  }

  /** 0 to 1; undefined until something was done for it: nobody knows what it will ask for. */
  value(now: number): number | undefined {
    if (this.#doneMs === 0) return undefined;
    const kept = this.#kept(now);
    return (kept * this.#doneMs) / (kept * this.#allMs + now - this.#at);
  }

  /** The device has worked so long for it, which `now` counts already. */
  took(ms: number, now: number): void {
    const kept = this.#kept(now);
    this.#doneMs = kept * this.#doneMs + ms;
    this.#allMs = kept * this.#allMs + now - this.#at;
    this.#at = now;
  }

  #kept(now: number): number {
    return Math.exp((this.#at - now) / MEMORY_MS);
  }
}
