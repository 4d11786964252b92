import type { Xorshift } from "../random.ts";

/** Times between arrivals that come by themselves, so many a second on the mean (a Poisson process); milliseconds. */
export function exponential(meanMs: number, random: Xorshift): number {
  return -meanMs * Math.log(1 - random.fraction());
}

/** A whole number around a median, its logarithm spread by `sigma`; cut to a range. */
export interface LogNormal {
  readonly median: number;
  readonly sigma: number;
  readonly min: number;
  readonly max: number;
}

export function logNormal({ median, sigma, min, max }: LogNormal, random: Xorshift): number {
  // Box and Muller's normal number.
  const radius = Math.sqrt(-2 * Math.log(1 - random.fraction()));
  const normal = radius * Math.cos(2 * Math.PI * random.fraction());
  return Math.min(max, Math.max(min, Math.round(median * Math.exp(sigma * normal))));
}

/** Which of several things, by how often each comes. */
export class Choice {
  readonly #upTo: readonly number[];

  constructor(weights: readonly number[]) {
    let sum = 0;
    const sums = weights.map((weight) => (sum += weight));
    this.#upTo = sums.map((each) => each / sum);
  }

  /** An index. */
  draw(random: Xorshift): number {
    const share = random.fraction();
    let [from, to] = [0, this.#upTo.length - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#upTo[middle]! > share) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}

/** Zipf's law: of so many things, the k-th comes a k-th as often as the first. */
export function zipf(count: number): Choice {
  return new Choice(Array.from({ length: count }, (_, i) => 1 / (i + 1)));
}
