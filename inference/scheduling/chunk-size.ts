import type { ChunkBeside, DecoderBatch } from "./batch.ts";
import { LineFit } from "./line-fit.ts";

/** Fewer rows are not worth a pass, in which all weights are read. */
const MIN_ROWS = 16;
/** Fewer are not worth the bother of having them beside a step, which reads the weights anyway. */
const MIN_ROWS_BESIDE = 4;
/**
 * Of what a step takes, so much more with a chunk beside it: then steps have three fifths of the time though nearly each has a
 * chunk, while a few have none, by which it is seen what they take.
 */
const MORE = { "beside others": 0.6, alone: 1 } as const;
/** Beside others, as long as nothing is known. */
const FIRST_ROWS = 64;
/** Who comes meanwhile should not wait longer for the end of a pass, */
const QUANTUM_MS = 1000;
/** but no pass is so short that reading the weights is more than this part of it. */
const READING = 0.05;
/** Weight of the newest pass in the moving averages of how long a step takes, and of what a row beside one adds. */
const SMOOTHING = 0.2;

/** How many rows of a long prompt a pass takes, learned from measured passes. */
export class ChunkSize {
  /** Rows that a pass may take at most. */
  readonly max: number;
  readonly #line = new LineFit();
  #stepMs: number | undefined;
  /** Few rows cost more each than many do: what each has added to a step beside which it was computed. */
  #addedMs: number | undefined;

  constructor(max: number) {
    this.max = max;
  }

  /** See LineFit. */
  get quickest(): number {
    return this.#line.quickest;
  }

  /** Where nobody waits for a token, but somebody else may come. */
  get alone(): number {
    const fit = this.#line.fit();
    if (fit === undefined) return this.max;
    return this.#rowsIn(Math.max(QUANTUM_MS, fit.b / READING) - fit.b, fit);
  }

  /**
   * So that whoever waits for the next token waits about as long again as for a step; but not so few that most of the pass
   * is reading the weights, which a GPU does for hundreds of rows as for one.
   */
  get besideOthers(): number {
    const fit = this.#line.fit();
    if (fit === undefined || this.#stepMs === undefined) return Math.min(this.max, FIRST_ROWS);
    return this.#rowsIn(Math.max(fit.b, this.#stepMs - fit.b), fit);
  }

  #rowsIn(ms: number, { a }: { readonly a: number }): number {
    return a <= 0 ? this.max : Math.min(this.max, Math.max(MIN_ROWS, Math.floor(ms / a)));
  }

  /**
   * Of a chunk beside a step, so that nobody waits long for the next token: `stepMs` is what the step would take by itself.
   * Undefined as long as too little is known, and where so few rows come of it that they had better go by themselves.
   */
  besideStep(company: keyof typeof MORE): { readonly rows: number; readonly stepMs: number } | undefined {
    const [fit, stepMs] = [this.#line.fit(), this.#stepMs];
    if (fit === undefined || stepMs === undefined || fit.a <= 0) return undefined;
    const rowsOf = (rowMs: number): number => Math.floor((MORE[company] * stepMs) / rowMs);
    if (rowsOf(fit.a) < MIN_ROWS_BESIDE) return undefined;
    const rows = Math.max(MIN_ROWS_BESIDE, rowsOf(this.#addedMs ?? fit.a));
    return { rows: Math.min(this.max, rows), stepMs };
  }

  /** `rows` with those of padding. */
  observe({ pass, rows, chunk }: ObservedPass, ms: number): void {
    this.#line.observe(rows, ms);
    if (pass === "step") this.#stepMs = smoothed(this.#stepMs, ms);
    if (chunk) this.#addedMs = smoothed(this.#addedMs, Math.max(0, ms - chunk.stepMs) / chunk.numRows);
  }
}

interface ObservedPass extends Pick<DecoderBatch, "pass"> {
  readonly rows: number;
  /** Of a mixed pass. */
  readonly chunk?: Pick<ChunkBeside, "numRows" | "stepMs"> | undefined;
}

function smoothed(before: number | undefined, newest: number): number {
  return newest * SMOOTHING + (before ?? newest) * (1 - SMOOTHING);
}
