/** What is remembered of the requests before, when one ends. */
const MEMORY = 0.95;
/** Work is done no faster than the device does it. */
const FASTEST = 1;
/** Where pictures take so many times as long as passes, one that stood still for a while says nothing more. */
const SLOWEST = 50;

/** A request's part of the time, beside what it took of the device. */
export interface Fared {
  /** 0 where it was given up, which is to say, for nothing. Milliseconds. */
  readonly deviceMs: number;
  readonly tookMs: number;
}

/**
 * How many times as long requests take as they take of the device: pictures are read, answers written, and other work
 * runs on the machine. Long ones, which matter most, count most.
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
}

/** Parts of the time of those who are there at the same time, all of whom have equal parts at each moment. */
export class SharedTime {
  #partMs = 0;
  #at = 0;
  #present = 0;

  /** One comes, who is to keep what it is given, to be told its part. */
  come(now: number): number {
    this.#goOn(now);
    this.#present += 1;
    return this.#partMs;
  }

  /** It goes: milliseconds. */
  go(came: number, now: number): number {
    this.#goOn(now);
    this.#present -= 1;
    return this.#partMs - came;
  }

  #goOn(now: number): void {
    if (this.#present > 0) this.#partMs += (now - this.#at) / this.#present;
    this.#at = now;
  }
}
