/** What is remembered of the time before; milliseconds with requests in flight. */
const MEMORY_MS = 5_000;
/** Where pictures take so many times as long as the device, a time that stood still says nothing more. */
const SLOWEST = 50;

/**
 * How long it takes, on some clock, until the device has worked for a millisecond for certain requests, while some of them
 * are in flight. Counted from what is done, not from how long requests took: what came in a minute ago tells what was so a
 * minute ago.
 */
export class Pace {
  #inFlight = 0;
  /** When the first of them came, or the last one went. */
  #since = 0;
  /** Of which each of the clients that were there has its part. */
  #passedMs = 0;
  #deviceMs = 0;

  /** For each client that is there; 1 while nothing is known. */
  get value(): number {
    if (this.#passedMs === 0) return 1;
    return Math.min(SLOWEST, this.#passedMs / this.#deviceMs);
  }

  came(now: number): void {
    if (this.#inFlight === 0) this.#since = now;
    this.#inFlight += 1;
  }

  /**
   * One has gone, for which the device has worked so long beside so many clients, its own counted; undefined: nobody knows,
   * and the time until now tells nothing.
   */
  went(deviceMs: number | undefined, { clients, now }: { readonly clients: number; readonly now: number }): void {
    this.#inFlight -= 1;
    const passedMs = now - this.#since;
    this.#since = now;
    if (deviceMs === undefined) return;
    const kept = Math.exp(-passedMs / MEMORY_MS);
    this.#passedMs = kept * this.#passedMs + passedMs / clients;
    this.#deviceMs = kept * this.#deviceMs + deviceMs;
  }
}
