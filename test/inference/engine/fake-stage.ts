import assert from "node:assert/strict";
import { startDecoding } from "../../../inference/generation/decoding.ts";
import { ModelRunner } from "../../../inference/runtime/model-runner.ts";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import { Scheduler } from "../../../inference/scheduling/scheduler.ts";
import { shed, sheddingRunner } from "../../../inference/worker/shedding.ts";
import type { FakeKind } from "./fake-decoder.ts";
import { SHAPE } from "./fake-model.ts";
import { ENCODERS, fakeNetworks, fakeSessions } from "./fake-networks.ts";
import { type Mix, programOf } from "./mixes.ts";
import { play, type Played } from "./play.ts";

const KINDS = ["seeing", "looking", "blind"] as const;
const BYTES_PER_ROW = 2 * SHAPE.layers * SHAPE.heads * SHAPE.headDim * 4;

/** Numbers of passes in which something goes wrong. */
export interface Trouble {
  readonly broken?: ReadonlySet<number>;
  /** Memory runs out in their first try. */
  readonly short?: ReadonlySet<number>;
}

/** And how many requests had another's sequence. */
interface FakePlayed extends Played {
  readonly shared: number;
}

/** Plays a mix to a real runner over fake sessions, and sees to it that its caches keep within their bounds. */
export async function playFake(mix: Mix, { broken, short }: Trouble = {}): Promise<FakePlayed> {
  let pass = 0;
  const tried = new Set<number>();
  const runner = new ModelRunner(
    fakeSessions(() => {
      if (broken?.has(pass) === true) throw new Error("broken by the test");
      if (short?.has(pass) !== true || tried.has(pass)) return;
      tried.add(pass);
      throw new Error("Failed to allocate memory for requested buffer of size 4096");
    }),
  );
  for (const kind of KINDS) await runner.load(kind, fakeNetworks(kind), { threads: 1 });
  const requests = mix.requests.map((asked) => ({ ...asked, program: programOf(asked) }));
  const passed = (number: number): void => {
    pass = number + 1;
    assertBounded(runner, mix);
  };
  const cache = new FeatureCache(mix.featureCacheBytes);
  const scheduler = newScheduler(mix, cache);
  const makeRoom = (): void => {
    shed({ scheduler, runner, cache });
    assertShed(cache, scheduler, runner);
  };
  const played = await play({ runner: sheddingRunner(runner, makeRoom), scheduler, requests, passed });
  const shared = KINDS.map((kind) => scheduler.view(kind).sharedGenerations);
  return { ...played, shared: shared.reduce((sum, count) => sum + count, 0) };
}

/** All caches, and the mask of the one that has a memory. */
function assertBounded({ cacheBytes }: ModelRunner, { limits: { maxCachedRows, maxKeptRows } }: Mix): void {
  assert(cacheBytes <= KINDS.length * (maxCachedRows + maxKeptRows) * BYTES_PER_ROW + maxCachedRows * 4);
}

/** Nothing is kept but what somebody waits to begin with, or runs with. */
function assertShed(cache: FeatureCache, { held }: Scheduler, { cacheBytes }: ModelRunner): void {
  assert.equal(cache.bytes, 0);
  if (held.slots === 0 && [...held.keptRows.values()].every((rows) => rows === 0)) assert.equal(cacheBytes, 0);
}

/** What a picture's memory made of a row is of no use to another. */
function limitsOf(kind: FakeKind, limits: Mix["limits"]): Mix["limits"] {
  return kind === "seeing" ? { ...limits, maxKeptRows: 0 } : limits;
}

function newScheduler({ limits, maxBatch }: Mix, cache: FeatureCache): Scheduler {
  const encoder = (network: string) => {
    const encodesImages = network.endsWith("/vision");
    return [network, { cached: encodesImages, encodesImages, maxBatch }] as const;
  };
  const networks = KINDS.flatMap((kind) => ENCODERS[kind].map((name) => `${kind}/${name}`));
  return new Scheduler({
    encoders: new Map(networks.map(encoder)),
    decoders: new Map(KINDS.map((model) => [model, limitsOf(model, limits)])),
    cache,
    startDecoding,
  });
}
