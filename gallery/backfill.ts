import { setTimeout as sleep } from "node:timers/promises";
import { InferenceError, type ModelInfo } from "../inference/index.ts";
import { embedPicture, type Parts } from "./embed.ts";
import { mapBounded } from "./map-bounded.ts";
import { isLoading, retrievalModels, spaceOf } from "./retrieval-model.ts";
import type { PictureRow } from "./store.ts";

/** What became of one picture: `unserved` is the model's trouble, `failed` may be the picture's. */
type Outcome = "embedded" | "failed" | "unserved";

export interface BackfillOptions {
  /** Waiting time after the first pass that leaves something undone; doubled after each. */
  readonly firstPauseMs: number;
  /** Told of pictures that stay without an embedding until the next run. */
  readonly report: (problem: string) => void;
}

const picturesPerChunk = 64;
/** Few, so that whoever asks something meanwhile waits for little. */
const embedsAtOnce = 4;
const maxPauseMs = 60_000;
/** Passes in a row without a single success, after which it gives up until it is kicked again. */
const maxIdlePasses = 5;

/** Embeds, in the background, every picture that has no embedding in the space of a served model. */
export class Backfill {
  readonly #parts: Parts;
  readonly #options: BackfillOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #isKickedAgain = false;

  constructor(parts: Parts, options: BackfillOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Starts a run; during a run, has another one follow it. */
  kick(): void {
    if (this.#stop.signal.aborted) return;
    this.#isKickedAgain = true;
    this.#running ??= this.#runWhileKicked();
  }

  /** Resolves when no run is under way. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Ends the run that is under way; what it has embedded is kept. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #runWhileKicked(): Promise<void> {
    while (this.#isKickedAgain && !this.#stop.signal.aborted) {
      this.#isKickedAgain = false;
      await this.#run().catch((error: unknown) => this.#reportUnlessStopped(error));
    }
    this.#running = undefined;
  }

  async #run(): Promise<void> {
    let pauseMs = this.#options.firstPauseMs;
    for (let idlePasses = 0; ;) {
      const { embedded, failed } = await this.#pass();
      const mayComeMore = isLoading(this.#parts.inference);
      if (failed === 0 && !mayComeMore) return;
      idlePasses = embedded === 0 && !mayComeMore ? idlePasses + 1 : 0;
      if (idlePasses === maxIdlePasses) throw new Error(`pictures that cannot be embedded and found: ${failed}`);
      await sleep(pauseMs, undefined, { signal: this.#stop.signal, ref: false });
      pauseMs = Math.min(pauseMs * 2, maxPauseMs);
    }
  }

  /** Tries each picture once. A model that does not answer ends its part, so that a long gallery is not tried in vain. */
  async #pass(): Promise<{ embedded: number; failed: number }> {
    const total = { embedded: 0, failed: 0 };
    for (const model of retrievalModels(this.#parts.inference)) {
      for (let after = 0, isServed = true; isServed;) {
        const pictures = await this.#parts.store.unembedded(spaceOf(model), { after, limit: picturesPerChunk });
        if (pictures.length === 0) break;
        const outcomes = await this.#embedAll(pictures, model);
        total.embedded += outcomes.filter((outcome) => outcome === "embedded").length;
        total.failed += outcomes.filter((outcome) => outcome !== "embedded").length;
        isServed = !outcomes.includes("unserved");
        after = pictures.at(-1)!.row;
      }
    }
    return total;
  }

  #embedAll(pictures: readonly PictureRow[], model: ModelInfo): Promise<readonly Outcome[]> {
    return mapBounded(pictures, { limit: embedsAtOnce, signal: this.#stop.signal }, async (picture, signal) => {
      try {
        await embedPicture(this.#parts, picture, model, signal);
        return "embedded";
      } catch (error) {
        if (signal.aborted) throw error;
        return outcomeOf(error);
      }
    });
  }

  #reportUnlessStopped(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    this.#options.report(error instanceof Error ? error.message : String(error));
  }
}

function outcomeOf(error: unknown): Outcome {
  const isUnserved = error instanceof InferenceError && ["MODEL_UNAVAILABLE", "OVERLOADED"].includes(error.code);
  return isUnserved ? "unserved" : "failed";
}
