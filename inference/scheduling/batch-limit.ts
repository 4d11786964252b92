import { LineFit } from "./line-fit.ts";

/** A batch is large enough once the pass itself costs each item less than this share of the item's own cost. */
const NEGLIGIBLE = 0.1;

/**
 * How many items a pass of one network should take, learned from measured passes: t(B) = a·B + b by least squares. A
 * larger batch spreads b over more items, but once b/B is under a tenth of a it only makes the first of them wait.
 * Where batching buys nothing (a vision tower on CPU: b ≈ 0) that is one item; where b rules it is the maximum.
 */
export class BatchLimit {
  readonly max: number;
  readonly #line = new LineFit();

  constructor(max: number) {
    this.max = max;
  }

  get limit(): number {
    const fit = this.fit();
    if (fit === undefined) return this.#untried();
    if (fit.a <= 0) return this.max;
    return Math.min(this.max, Math.max(1, Math.ceil(fit.b / (NEGLIGIBLE * fit.a))));
  }

  observe(size: number, ms: number): void {
    this.#line.observe(size, ms);
  }

  /** See LineFit. */
  get quickest(): number {
    return this.#line.quickest;
  }

  /** How many items of a crowd may be in a pass: it is no more than about twice as long as for one. */
  get crowdLimit(): number {
    const { company } = this.#line;
    return company === undefined ? this.limit : Math.min(this.limit, 1 + company);
  }

  /** a ms an item, b ms a pass; undefined until passes of different sizes were seen. */
  fit(): { a: number; b: number } | undefined {
    return this.#line.fit();
  }

  /** Passes of one size say nothing of others: twice it is tried, so that a limit learned long ago is tested now and then. */
  #untried(): number {
    const [last] = this.#line.samples;
    return last === undefined ? this.max : Math.min(this.max, 2 * last.size);
  }
}
