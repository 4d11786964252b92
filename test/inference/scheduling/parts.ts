import type { Batch } from "../../../inference/scheduling/batch.ts";

/** How far the passes of vision towers are, which have so many parts; others have one. */
export class Parts {
  readonly #count: number;
  readonly #done = new WeakMap<Batch, number>();

  constructor(count: number) {
    this.#count = count;
  }

  /** A part of the pass is over. */
  next(batch: Batch): "done" | "paused" {
    if (batch.kind === "decoder" || !batch.network.endsWith("vision")) return "done";
    const done = (this.#done.get(batch) ?? 0) + 1;
    this.#done.set(batch, done);
    return done === this.#count ? "done" : "paused";
  }
}
