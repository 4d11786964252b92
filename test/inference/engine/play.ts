import assert from "node:assert/strict";
import { Engine, type EngineEvent, type EngineOptions } from "../../../inference/engine.ts";
import { numRowsOf } from "../../../inference/scheduling/decoder-pass.ts";
import type { Program } from "../../../inference/scheduling/program.ts";
import type { Finished } from "../../../inference/scheduling/request.ts";
import type { Scheduler } from "../../../inference/scheduling/scheduler.ts";

/** A request of a mix. Times count passes of the whole engine. */
export interface PlayedRequest {
  readonly program: Program;
  readonly at: number;
  readonly streams: boolean;
  readonly cancelAt: number | undefined;
  /** Ended, as by a stop string, once so many tokens were told; only streams are. */
  readonly endAfter: number | undefined;
}

export interface Stage {
  readonly runner: EngineOptions["runner"];
  readonly scheduler: Scheduler;
  readonly requests: readonly PlayedRequest[];
  /** Beside 1 ms of a pass, what each of its rows takes; 0 without it. */
  readonly msOfRow?: number;
  /** Called after each pass with its number, even if it failed. */
  readonly passed?: (pass: number) => void;
}

/** What became of each request, by its place in the mix. */
export interface Played {
  readonly finished: ReadonlyMap<number, Finished>;
  readonly told: ReadonlyMap<number, readonly number[]>;
}

/** Plays a mix to an engine; when that has nothing to do, time goes on to the next arrival. */
export function play(stage: Stage): Promise<Played> {
  return new Playing(stage).run();
}

class Playing {
  readonly #stage: Stage;
  readonly #engine: Engine;
  readonly #finished = new Map<number, Finished>();
  readonly #told = new Map<number, number[]>();
  #passes = 0;
  #rows = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#engine = new Engine({
      scheduler: stage.scheduler,
      runner: this.#watchedRunner(),
      publish: (event) => this.#take(event),
      onLeak: (model, bytes) => assert.fail(`${model} leaked ${bytes} bytes`),
      now: () => this.#passes + (stage.msOfRow ?? 0) * this.#rows,
      idle: () => this.#idle(),
    });
  }

  async run(): Promise<Played> {
    this.#change();
    await this.#engine.run();
    return { finished: this.#finished, told: this.#told };
  }

  #watchedRunner(): EngineOptions["runner"] {
    const { runner } = this.#stage;
    return {
      encode: (batch) => runner.encode(batch).finally(() => this.#passed()),
      decode: (batch) => {
        this.#rows += numRowsOf(batch);
        return runner.decode(batch).finally(() => this.#passed());
      },
      prepare: (update) => runner.prepare(update),
      reclaim: (model, keptRows) => runner.reclaim(model, keptRows),
    };
  }

  #passed(): void {
    this.#stage.passed?.(this.#passes);
    this.#passes += 1;
    this.#change();
  }

  #idle(): void {
    this.#assertConserved();
    const next = this.#stage.requests.flatMap(timesOf).filter((time) => time > this.#passes);
    if (next.length === 0) {
      this.#engine.stop();
      return;
    }
    this.#passes = Math.min(...next);
    this.#change();
  }

  /** Nothing is held for anybody; the engine itself sees to the KV memory. */
  #assertConserved(): void {
    const { requests, calls, slots } = this.#stage.scheduler.held;
    assert.deepEqual({ requests, calls, slots }, { requests: 0, calls: 0, slots: 0 });
  }

  /** Submits and cancels what is due at this pass. */
  #change(): void {
    this.#stage.requests.forEach((request, i) => {
      const [at, cancelAt] = timesOf(request);
      if (at === this.#passes) this.#submit(request, i);
      if (cancelAt === this.#passes) this.#engine.cancel(String(i));
    });
  }

  #submit({ program, streams, endAfter }: PlayedRequest, i: number): void {
    this.#engine.submit(String(i), program, { deadline: Infinity, streams: streams || endAfter !== undefined });
  }

  #take(event: EngineEvent): void {
    const i = Number(event.id);
    assert(!this.#finished.has(i), `${i} has ended`);
    if (event.type === "finished") {
      this.#finished.set(i, event);
      return;
    }
    if (event.type === "started") {
      assert(!this.#told.has(i), `${i} began before`);
      return;
    }
    const told = [...(this.#told.get(i) ?? []), ...event.tokenIds];
    this.#told.set(i, told);
    if (told.length >= (this.#stage.requests[i]!.endAfter ?? Infinity)) this.#engine.end(event.id);
  }
}

/** When it comes, and when it leaves if it does. */
function timesOf({ at, cancelAt }: PlayedRequest): number[] {
  return cancelAt === undefined || cancelAt < at ? [at] : [at, cancelAt];
}
