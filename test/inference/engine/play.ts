import assert from "node:assert/strict";
import { Engine, type EngineEvent } from "../../../inference/engine.ts";
import { startDecoding } from "../../../inference/generation/decoding.ts";
import { ModelRunner } from "../../../inference/runtime/model-runner.ts";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import type { Finished } from "../../../inference/scheduling/request.ts";
import { Scheduler } from "../../../inference/scheduling/scheduler.ts";
import { SHAPE } from "./fake-model.ts";
import { fakeNetworks, fakeSessions } from "./fake-networks.ts";
import { type Asked, type Mix, programOf } from "./mixes.ts";

/** What became of each request of a mix, by its place in it. */
export interface Played {
  readonly finished: ReadonlyMap<number, Finished>;
  readonly told: ReadonlyMap<number, readonly number[]>;
}

const BYTES_PER_ROW = 2 * SHAPE.layers * SHAPE.heads * SHAPE.headDim * 4;

/**
 * Plays a mix to a real engine with a real runner over fake sessions. Time is the number of passes; when the engine has
 * nothing to do, it goes on to the next arrival. Passes whose number is in `broken` throw.
 */
export async function play(mix: Mix, broken: ReadonlySet<number> = new Set()): Promise<Played> {
  const playing = new Playing(mix, broken);
  return playing.run();
}

class Playing {
  readonly #mix: Mix;
  readonly #runner: ModelRunner;
  readonly #scheduler: Scheduler;
  readonly #engine: Engine;
  readonly #finished = new Map<number, Finished>();
  readonly #told = new Map<number, number[]>();
  #passes = 0;

  constructor(mix: Mix, broken: ReadonlySet<number>) {
    this.#mix = mix;
    const fail = (): void => {
      if (broken.has(this.#passes)) throw new Error("broken by the test");
    };
    this.#runner = new ModelRunner(fakeSessions(fail));
    this.#scheduler = newScheduler(mix);
    this.#engine = new Engine({
      scheduler: this.#scheduler,
      runner: this.#watched(),
      publish: (event) => this.#take(event),
      now: () => this.#passes,
    });
  }

  async run(): Promise<Played> {
    await this.#runner.load("seeing", fakeNetworks("seeing"), { threads: 1 });
    await this.#runner.load("blind", fakeNetworks("blind"), { threads: 1 });
    this.#change();
    await this.#engine.run();
    assert.deepEqual(this.#scheduler.held, { requests: 0, calls: 0, slots: 0 });
    assert.equal(this.#runner.cacheBytes, 0);
    return { finished: this.#finished, told: this.#told };
  }

  #watched(): Pick<ModelRunner, "encode" | "decode" | "clearCaches"> {
    const pass = async <T>(run: () => Promise<T>): Promise<T> => {
      try {
        return await run();
      } finally {
        this.#passed();
      }
    };
    return {
      encode: (batch) => pass(() => this.#runner.encode(batch)),
      decode: (batch) => pass(() => this.#runner.decode(batch)),
      clearCaches: () => this.#idle(),
    };
  }

  #passed(): void {
    this.#assertCacheBounded();
    this.#passes += 1;
    this.#change();
  }

  /** With its masks, the two caches are no larger than their bounds. */
  #assertCacheBounded(): void {
    const { maxCachedRows } = this.#mix.limits;
    assert(this.#runner.cacheBytes <= 2 * maxCachedRows * BYTES_PER_ROW + maxCachedRows * 4);
  }

  #idle(): void {
    this.#runner.clearCaches();
    const next = this.#mix.requests.flatMap(timesOf).filter((time) => time > this.#passes);
    if (next.length === 0) {
      this.#engine.stop();
      return;
    }
    this.#passes = Math.min(...next);
    this.#change();
  }

  /** Submits and cancels what is due at this pass. */
  #change(): void {
    this.#mix.requests.forEach((asked, i) => {
      const [at, cancelAt] = timesOf(asked);
      if (at === this.#passes) this.#submit(asked, i);
      if (cancelAt === this.#passes) this.#engine.cancel(String(i));
    });
  }

  #submit(asked: Asked, i: number): void {
    const streams = asked.streams || asked.endAfter !== undefined;
    this.#engine.submit(String(i), programOf(asked), { deadline: Infinity, streams });
  }

  #take(event: EngineEvent): void {
    const i = Number(event.id);
    assert(!this.#finished.has(i), `${i} has ended`);
    if (event.type === "finished") {
      this.#finished.set(i, event);
      return;
    }
    const told = [...(this.#told.get(i) ?? []), ...event.tokenIds];
    this.#told.set(i, told);
    if (told.length >= (this.#mix.requests[i]!.endAfter ?? Infinity)) this.#engine.end(event.id);
  }
}

/** When it comes, and when it leaves if it does. */
function timesOf({ at, cancelAt }: Asked): number[] {
  return cancelAt === undefined || cancelAt < at ? [at] : [at, cancelAt];
}

function newScheduler({ limits, maxBatch, featureCacheBytes }: Mix): Scheduler {
  const encoder = (name: string) => {
    const encodesImages = name === "vision";
    return [`seeing/${name}`, { cached: encodesImages, encodesImages, maxBatch }] as const;
  };
  return new Scheduler({
    encoders: new Map(["vision", "memory", "question"].map(encoder)),
    decoders: new Map(["seeing", "blind"].map((model) => [model, limits])),
    cache: new FeatureCache(featureCacheBytes),
    startDecoding,
  });
}
