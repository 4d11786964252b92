import { LineFit } from "./line-fit.ts";

/** As long as nothing is known. */
const FIRST_COMPANY = 4;

/** How long a decoder's steps are, by how many sequences are in them. */
export class StepLength {
  readonly #line = new LineFit();

  observe(sequences: number, ms: number): void {
    this.#line.observe(sequences, ms);
  }

  /** So many others make the step of a sequence about twice as long as it is alone; one at least. */
  get company(): number {
    const fit = this.#line.fit();
    if (fit === undefined) return FIRST_COMPANY;
    return fit.a <= 0 ? Infinity : 1 + Math.floor(fit.b / fit.a);
  }
}
