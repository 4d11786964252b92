/** Passes that the fit looks back on, as BentoML's dispatcher does. */
const MAX_SAMPLES = 50;
/** A batch may grow while the next item still saves this share of what an item costs. */
const WORTHWHILE = 0.1;

/**
 * How many items a pass of one network should take, learned from measured passes: t(B) = a·B + b by least squares. A
 * larger batch spreads b over more items; past B = b / (0.1·a) an item would save under a tenth, and only wait longer.
 * Where batching buys nothing (a vision tower on CPU: b ≈ 0) that is one item; where b rules it is the maximum.
 */
export class BatchLimit {
  readonly max: number;
  readonly #samples: { size: number; ms: number }[] = [];

  constructor(max: number) {
    this.max = max;
  }

  get limit(): number {
    const fit = this.fit();
    if (fit === undefined) return this.max;
    if (fit.a <= 0) return this.max;
    return Math.min(this.max, Math.max(1, Math.ceil(fit.b / (WORTHWHILE * fit.a))));
  }

  observe(size: number, ms: number): void {
    this.#samples.push({ size, ms });
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
  }

  /** a ms an item, b ms a pass; undefined until passes of different sizes were seen. */
  fit(): { a: number; b: number } | undefined {
    const n = this.#samples.length;
    const meanSize = this.#samples.reduce((sum, { size }) => sum + size, 0) / n;
    const meanMs = this.#samples.reduce((sum, { ms }) => sum + ms, 0) / n;
    const variance = this.#samples.reduce((sum, { size }) => sum + (size - meanSize) ** 2, 0);
    if (n < 2 || variance === 0) return undefined;
    const a = this.#samples.reduce((sum, { size, ms }) => sum + (size - meanSize) * (ms - meanMs), 0) / variance;
    return { a, b: Math.max(0, meanMs - a * meanSize) };
  }
}
