/** Passes that the fit looks back on, as BentoML's dispatcher does. */
const MAX_SAMPLES = 50;
/** Times the largest size that was seen: so far a line is believed. */
const EXTRAPOLATION = 2;

/** How long passes take by their size: t(size) = a·size + b by least squares over the last of them. */
export class LineFit {
  readonly samples: { readonly size: number; readonly ms: number }[] = [];

  observe(size: number, ms: number): void {
    this.samples.push({ size, ms });
    if (this.samples.length > MAX_SAMPLES) this.samples.shift();
  }

  /** Milliseconds of the quickest of them; 0 before the first. */
  get quickest(): number {
    return this.samples.reduce((least, { ms }) => Math.min(least, ms), this.samples[0]?.ms ?? 0);
  }

  /** a ms an item, b ms a pass; undefined until passes of different sizes were seen. */
  fit(): { readonly a: number; readonly b: number } | undefined {
    const n = this.samples.length;
    const meanSize = this.samples.reduce((sum, { size }) => sum + size, 0) / n;
    const meanMs = this.samples.reduce((sum, { ms }) => sum + ms, 0) / n;
    const variance = this.samples.reduce((sum, { size }) => sum + (size - meanSize) ** 2, 0);
    if (n < 2 || variance === 0) return undefined;
    const a = this.samples.reduce((sum, { size, ms }) => sum + (size - meanSize) * (ms - meanMs), 0) / variance;
    return { a, b: Math.max(0, meanMs - a * meanSize) };
  }

  /**
   * So many others make the pass of one about twice as long as it is alone; undefined like the fit. No more than twice as
   * many as a pass was seen with: small passes, whose times differ by chance, say nothing of large ones.
   */
  get company(): number | undefined {
    const fit = this.fit();
    if (fit === undefined) return undefined;
    const fitting = fit.a <= 0 ? Infinity : 1 + Math.floor(fit.b / fit.a);
    return Math.min(fitting, EXTRAPOLATION * Math.max(...this.samples.map(({ size }) => size)));
  }
}
