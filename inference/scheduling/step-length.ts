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
    return this.#line.company ?? FIRST_COMPANY;
  }
}
