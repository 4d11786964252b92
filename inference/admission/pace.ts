/** What is remembered of the time before; milliseconds with requests in flight. */
const MEMORY_MS = 5_000;
/** Work is done no faster than the device does it; where pictures take so many times as long, a time that stood still says nothing more. */
const [QUICKEST, SLOWEST] = [1, 50];

/**
 * How long it takes until the device has worked for a millisecond for the requests of a client, or for all, while they have
 * some in flight: pictures are read, answers written, others have their part, and other work runs on the machine. Counted
 * from what is done, not from how long requests took: what came in a minute ago tells what was so a minute ago.
 */
export class Pace {
  #inFlight = 0;
  /** When the first of them came, or the last one went. */
  #since = 0;
  #wallMs = 0;
  #deviceMs = 0;

  get value(): number {
    if (this.#wallMs === 0) return 1;
    return Math.min(SLOWEST, Math.max(QUICKEST, this.#wallMs / this.#deviceMs));
  }

  came(now: number): void {
    if (this.#inFlight === 0) this.#since = now;
    this.#inFlight += 1;
  }

  /** One has gone, for which the device has worked so long; undefined: nobody knows, and the time until now tells nothing. */
  went(deviceMs: number | undefined, now: number): void {
    this.#inFlight -= 1;
    const passedMs = now - this.#since;
    this.#since = now;
    if (deviceMs === undefined) return;
    const kept = Math.exp(-passedMs / MEMORY_MS);
    this.#wallMs = kept * this.#wallMs + passedMs;
    this.#deviceMs = kept * this.#deviceMs + deviceMs;
  }
}
