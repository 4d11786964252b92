import { asInferenceError, InferenceError } from "./errors.ts";
import type { ModelRunner } from "./runtime/model-runner.ts";
import type { Batch, CacheUpdate } from "./scheduling/batch.ts";
import type { Program } from "./scheduling/program.ts";
import type { Finished, RequestOptions, Started } from "./scheduling/request.ts";
import type { Scheduler } from "./scheduling/scheduler.ts";
import type { Sequence } from "./scheduling/sequence.ts";

/**
 * What the engine tells of a request. Of one that streams: that its prompt is about to be computed, then new tokens while
 * it runs, resumed ones not among them. Of any: exactly one end.
 */
export type EngineEvent =
  | ({ readonly type: "started" } & Started)
  | { readonly type: "tokens"; readonly id: string; readonly tokenIds: readonly number[] }
  | ({ readonly type: "finished" } & Finished);

export interface EngineOptions {
  readonly scheduler: Scheduler;
  readonly runner: Pick<ModelRunner, "encode" | "prepare" | "decode" | "reclaim">;
  readonly publish: (event: EngineEvent) => void;
  /** Told of KV memory that nobody gave back; by then it has been taken back. */
  readonly onLeak: (model: string, bytes: number) => void;
  /** Milliseconds; the same clock as the deadlines. */
  readonly now: () => number;
  /** Called whenever there is nothing left to do and all memory is given back but for what is kept. */
  readonly idle?: () => void;
}

/**
 * The loop that owns a device: take what has arrived, ask the scheduler for a pass, run it, hand the results back. Nothing
 * else touches the sessions. Arrivals and cancellations are taken between passes, so the scheduler never changes under one.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #arrivals: (() => void | Promise<void>)[] = [];
  readonly #whenIdle: (() => Promise<void>)[] = [];
  /** Requests whose tokens are told as they come, with how many were told. */
  readonly #streams = new Map<string, number>();
  #wake: (() => void) | undefined;
  #stopped = false;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  submit(id: string, program: Program, options: RequestOptions): void {
    this.enqueue(() => {
      if (options.streams) this.#streams.set(id, program.decode?.resumedTokenIds?.length ?? 0);
      this.#options.scheduler.add(id, program, options);
    });
  }

  cancel(id: string): void {
    this.enqueue(() => {
      this.#streams.delete(id);
      this.#options.scheduler.cancel(id);
    });
  }

  /** Ends a request's sequence early; it finishes with the tokens that it has. */
  end(id: string): void {
    this.enqueue(() => this.#options.scheduler.end(id));
  }

  /** Runs something on the device's thread between two passes; it answers for its own errors. */
  enqueue(arrival: () => void | Promise<void>): void {
    this.#arrivals.push(arrival);
    this.#wake?.();
  }

  /** Runs something on the device's thread once no request is there; it answers for its own errors. */
  enqueueWhenIdle(step: () => Promise<void>): void {
    this.#whenIdle.push(step);
    this.#wake?.();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** Serves until `stop`. Never rejects: what fails, fails its own requests. */
  async run(): Promise<void> {
    const { scheduler, now } = this.#options;
    while (!this.#stopped) {
      await this.#takeArrivals();
      const batch = scheduler.next(now());
      this.#publishFinished();
      if (batch !== undefined) {
        this.#publishStarted();
        await this.#pass(batch);
        this.#publishFinished();
        continue;
      }
      for (const update of scheduler.settle()) this.#prepare(update);
      this.#checkConservation();
      this.#options.idle?.();
      await (this.#arrivals.length === 0 ? this.#whenIdle.shift() : undefined)?.();
      await this.#nextArrival();
    }
  }

  /** What comes while these are taken waits for the next pass to be over: a long row of them holds nobody up. */
  async #takeArrivals(): Promise<void> {
    for (const arrival of this.#arrivals.splice(0)) await arrival();
  }

  #nextArrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#arrivals.length + this.#whenIdle.length > 0 || this.#stopped) resolve();
    });
  }

  /** Should a pass fail, so do the requests in it, and the loop goes on. */
  async #pass(batch: Batch): Promise<void> {
    const { scheduler, now } = this.#options;
    const start = now();
    if (batch.kind === "decoder" && this.#prepare(batch) === "lost") return;
    const handBack = await this.#compute(batch).catch((error: unknown) => asInferenceError(error));
    if (handBack instanceof InferenceError) scheduler.failed(batch, handBack);
    else handBack(now() - start);
  }

  /** Has a decoder's cache do as the scheduler says. Should it fail, so do all who count on what it held. */
  #prepare(update: CacheUpdate): "done" | "lost" {
    const { scheduler, runner } = this.#options;
    try {
      runner.prepare(update);
      return "done";
    } catch (error) {
      scheduler.lost(update.model, asInferenceError(error));
      return "lost";
    }
  }

  /** Nobody runs, so nothing but what is kept for later may be held: anything else would be lost for good. */
  #checkConservation(): void {
    const { scheduler, runner, onLeak } = this.#options;
    for (const [model, rows] of scheduler.held.keptRows) {
      const bytes = runner.reclaim(model, rows);
      if (bytes === 0) continue;
      scheduler.lost(model, new InferenceError("INTERNAL_SERVER_ERROR", "The model's KV memory was lost."));
      onLeak(model, bytes);
    }
  }

  /** Runs a pass; the result hands what it gave, and how long it took, to the scheduler. */
  async #compute(batch: Batch): Promise<(ms: number) => void> {
    const { scheduler, runner } = this.#options;
    if (batch.kind === "encoder") {
      const outputs = await runner.encode(batch);
      return (ms) => (outputs === "paused" ? scheduler.paused(batch, ms) : scheduler.encoded(batch, outputs, ms));
    }
    await runner.decode(batch);
    return (ms) => {
      // Before those that end leave their sequences.
      const watched = batch.entries.flatMap(({ sequence }) => this.#watching(sequence));
      scheduler.decoded(batch, ms);
      for (const [id, sequence] of watched) this.#publishTokens(id, sequence);
    };
  }

  /** By the ids of those that stream; many may share a sequence. */
  #watching(sequence: Sequence): (readonly [string, Sequence])[] {
    const ids = [...sequence.askers.keys()].filter((id) => this.#streams.has(id));
    return ids.map((id) => [id, sequence] as const);
  }

  #publishStarted(): void {
    for (const started of this.#options.scheduler.takeStarted()) {
      if (this.#streams.has(started.id)) this.#options.publish({ type: "started", ...started });
    }
  }

  /** What it was not told yet: all so far, if it came late. */
  #publishTokens(id: string, { decoding }: Sequence): void {
    const tokenIds = decoding.tokenIds.slice(this.#streams.get(id));
    if (tokenIds.length === 0) return;
    this.#streams.set(id, decoding.tokenIds.length);
    this.#options.publish({ type: "tokens", id, tokenIds });
  }

  #publishFinished(): void {
    for (const finished of this.#options.scheduler.takeFinished()) {
      this.#streams.delete(finished.id);
      this.#options.publish({ type: "finished", ...finished });
    }
  }
}
