import assert from "node:assert/strict";
import { startDecoding } from "../../../inference/generation/decoding.ts";
import { ModelRunner } from "../../../inference/runtime/model-runner.ts";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import { Scheduler } from "../../../inference/scheduling/scheduler.ts";
import type { FakeKind } from "./fake-decoder.ts";
import { SHAPE } from "./fake-model.ts";
import { ENCODERS, fakeNetworks, fakeSessions } from "./fake-networks.ts";
import { type Mix, programOf } from "./mixes.ts";
import { play, type Played } from "./play.ts";

const KINDS = ["seeing", "looking", "blind"] as const;
const BYTES_PER_ROW = 2 * SHAPE.layers * SHAPE.heads * SHAPE.headDim * 4;

/** Plays a mix to a real runner over fake sessions, and sees to it that its caches keep within their bounds. */
export async function playFake(mix: Mix, broken: ReadonlySet<number> = new Set()): Promise<Played> {
  let pass = 0;
  const runner = new ModelRunner(
    fakeSessions(() => {
      if (broken.has(pass)) throw new Error("broken by the test");
    }),
  );
  for (const kind of KINDS) await runner.load(kind, fakeNetworks(kind), { threads: 1 });
  const requests = mix.requests.map((asked) => ({ ...asked, program: programOf(asked) }));
  const passed = (number: number): void => {
    pass = number + 1;
    assertBounded(runner, mix);
  };
  return play({ runner, scheduler: newScheduler(mix), requests, passed });
}

/** All caches, and the mask of the one that has a memory. */
function assertBounded({ cacheBytes }: ModelRunner, { limits: { maxCachedRows, maxKeptRows } }: Mix): void {
  assert(cacheBytes <= KINDS.length * (maxCachedRows + maxKeptRows) * BYTES_PER_ROW + maxCachedRows * 4);
}

/** What a picture's memory made of a row is of no use to another. */
function limitsOf(kind: FakeKind, limits: Mix["limits"]): Mix["limits"] {
  return kind === "seeing" ? { ...limits, maxKeptRows: 0 } : limits;
}

function newScheduler({ limits, maxBatch, featureCacheBytes }: Mix): Scheduler {
  const encoder = (network: string) => {
    const encodesImages = network.endsWith("/vision");
    return [network, { cached: encodesImages, encodesImages, maxBatch }] as const;
  };
  const networks = KINDS.flatMap((kind) => ENCODERS[kind].map((name) => `${kind}/${name}`));
  return new Scheduler({
    encoders: new Map(networks.map(encoder)),
    decoders: new Map(KINDS.map((model) => [model, limitsOf(model, limits)])),
    cache: new FeatureCache(featureCacheBytes),
    startDecoding,
  });
}
