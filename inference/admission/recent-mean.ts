/** What came so long ago counts for a third. */
const MEMORY_MS = 5_000;
/** What came before counts for no less than this of what it did: where little comes, ten or so are looked back on. */
const LEAST_KEPT = 0.9;
/** Of the first ones, after a start, which only become quicker. */
const FIRST = { count: 8, slower: 0.1, quicker: 0.5 };

/**
 * The mean of what was measured lately. Of much that comes at once, in batches, all is looked back on over a while: else who
 * acts on the mean would act where it happens to be low.
 */
export class RecentMean {
  #mean = 0;
  #count = 0;
  /** How many there would be if each counted whole. */
  #weight = 0;
  #at = 0;

  /** 0 while nothing is known. */
  get value(): number {
    return this.#mean;
  }

  took(ms: number, now: number): void {
    this.#weight = 1 + this.#weight * Math.max(LEAST_KEPT, Math.exp((this.#at - now) / MEMORY_MS));
    this.#at = now;
    this.#mean += this.#weightOf(ms) * (ms - this.#mean);
    this.#count += 1;
  }

  #weightOf(ms: number): number {
    if (this.#count === 0 || this.#count > FIRST.count) return 1 / this.#weight;
    return FIRST[ms < this.#mean ? "quicker" : "slower"];
  }
}
