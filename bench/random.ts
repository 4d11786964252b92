/** Numbers that look random and are the same in every run: Marsaglia's xorshift32. */
export class Xorshift {
  #state: number;

  constructor(seed: number) {
    // 0 is the one state that the generator never leaves.
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x6a09e667) >>> 0 || 1;
  }

  /** A whole number from 0 to 2³² − 1. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }

  /** Evenly spread over 0 to 1, without 1. */
  fraction(): number {
    return this.next() / 2 ** 32;
  }
}
