import type { Batch } from "./batch.ts";

/** A pass that is over: its number among all of this scheduler, from 1, and when it ran, on the scheduler's clock. */
export interface PassTime {
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

interface Begun {
  readonly number: number;
  readonly startedAt: number;
  /** When it was gone on with, of a pass in parts. */
  latestAt: number;
}

/** Numbers passes in the order in which they begin, so that requests in the same one can be told, and remembers when they did. */
export class PassTimes {
  readonly #begun = new WeakMap<Batch, Begun>();
  #count = 0;

  /** The pass, or its next part, is about to run. */
  begins(batch: Batch, now: number): void {
    const begun = this.#begun.get(batch);
    if (begun !== undefined) begun.latestAt = now;
    else this.#begun.set(batch, { number: ++this.#count, startedAt: now, latestAt: now });
  }

  /** The pass is over, after a last part of so many milliseconds. */
  of(batch: Batch, lastMs: number): PassTime {
    const { number, startedAt, latestAt } = this.#begun.get(batch)!;
    return { number, startedAt, endedAt: latestAt + lastMs };
  }
}
