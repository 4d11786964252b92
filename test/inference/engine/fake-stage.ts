import assert from "node:assert/strict";
import { startDecoding } from "../../../inference/generation/decoding.ts";
import { ModelRunner } from "../../../inference/runtime/model-runner.ts";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import { Scheduler } from "../../../inference/scheduling/scheduler.ts";
import { SHAPE } from "./fake-model.ts";
import { fakeNetworks, fakeSessions } from "./fake-networks.ts";
import { type Mix, programOf } from "./mixes.ts";
import { play, type Played } from "./play.ts";

const BYTES_PER_ROW = 2 * SHAPE.layers * SHAPE.heads * SHAPE.headDim * 4;

/** Plays a mix to a real runner over fake sessions, and sees to it that its caches keep within their bounds. */
export async function playFake(mix: Mix, broken: ReadonlySet<number> = new Set()): Promise<Played> {
  let pass = 0;
  const runner = new ModelRunner(
    fakeSessions(() => {
      if (broken.has(pass)) throw new Error("broken by the test");
    }),
  );
  await runner.load("seeing", fakeNetworks("seeing"), { threads: 1 });
  await runner.load("blind", fakeNetworks("blind"), { threads: 1 });
  const requests = mix.requests.map((asked) => ({ ...asked, program: programOf(asked) }));
  const passed = (number: number): void => {
    pass = number + 1;
    assertBounded(runner, mix);
  };
  return play({ runner, scheduler: newScheduler(mix), requests, passed });
}

/** Both caches, and the mask of the one that has a memory. */
function assertBounded({ cacheBytes }: ModelRunner, { limits: { maxCachedRows } }: Mix): void {
  assert(cacheBytes <= 2 * maxCachedRows * BYTES_PER_ROW + maxCachedRows * 4);
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
