import type { HistogramView } from "../scheduler-view.ts";

/** Counts values by size, at the cost of a short search for each: no value is kept. */
export class Tally {
  /** Ascending; a value counts at the first bound that it does not exceed, or beyond the last. */
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const place = this.#bounds.findIndex((bound) => value <= bound);
    this.#counts[place < 0 ? this.#bounds.length : place]! += 1;
    this.#sum += value;
  }

  /** What was counted so far, to be sent elsewhere. */
  get view(): HistogramView {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum };
  }
}
