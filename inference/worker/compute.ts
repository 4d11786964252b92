import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { Engine } from "../engine.ts";
import { startDecoding } from "../generation/decoding.ts";
import type { Networks } from "../models/model.ts";
import { keysValuesBytes } from "../runtime/memory-need.ts";
import { ModelRunner } from "../runtime/model-runner.ts";
import { VectorScan } from "../runtime/vector-scan.ts";
import type { DecoderLimits } from "../scheduling/decoder-limits.ts";
import { FeatureCache } from "../scheduling/feature-cache.ts";
import type { EncoderSpec } from "../scheduling/encoder-lane.ts";
import type { SchedulerNetworks } from "../scheduling/lanes.ts";
import { Scheduler } from "../scheduling/scheduler.ts";
import { Activity, type Work } from "./activity.ts";
import { clock } from "./clock.ts";
import type { ComputeConfig, ComputeStart, ComputeView, FromCompute, ToCompute } from "./compute-protocol.ts";
import { IndexSpaces } from "./index-spaces.ts";
import { ModelLoading } from "./model-loading.ts";
import { modelLoad } from "./model-load.ts";
import { plainError } from "./plain-error.ts";
import { shed, sheddingRunner } from "./shedding.ts";
import { warmUp } from "./warm-up.ts";
import { watchedRunner } from "./watched-runner.ts";
import { yieldToOthers } from "./yield-to-others.ts";

/** A long prompt is computed in chunks of so many rows. */
const MAX_ROWS_PER_PASS = 256;

/** The compute thread: the only one that touches onnxruntime sessions. Loads models as it is told, and serves until it is ended. */
async function main(port: MessagePort, { config, activity: shared }: ComputeStart): Promise<void> {
  yieldToOthers();
  const post = (message: FromCompute): void => port.postMessage(message);
  const activity = new Activity(shared);
  const runner = new ModelRunner();
  const cache = new FeatureCache(config.featureCacheBytes);
  const scheduler = new Scheduler({ encoders: new Map(), decoders: new Map(), startDecoding, cache });
  const opening: Work = { kind: "step", what: "the beginning of the search of vectors" };
  const spaces = new IndexSpaces(await activity.during(opening, () => VectorScan.create({ threads: config.threads })));
  const makeRoom = (): void => {
    shed({ scheduler, runner, cache });
    post({ type: "shed" });
  };
  const engine = new Engine({
    scheduler,
    runner: sheddingRunner(watchedRunner(runner, activity), makeRoom),
    now: clock,
    publish: (event) => post(publishable(event)),
    onLeak: (model, bytes) => post({ type: "leak", model, bytes }),
  });
  const models: string[] = [];
  const onLoaded = (model: string, networks: Networks): void => {
    scheduler.addNetworks(schedulerNetworks(model, networks, { runner, config }));
    models.push(model);
  };
  const watched = (what: string, step: Step) => (): Promise<void> => activity.during({ kind: "step", what }, step);
  const enqueue = (step: Step): void => engine.enqueue(watched("a step of loading a model", step));
  const loading = new ModelLoading({ runner, config, post, enqueue, onLoaded, makeRoom });
  const serving = { engine, scheduler, cache, runner, spaces, loading, post, models, watched };
  port.on("message", (message: ToCompute) => receive(message, serving));
  await engine.run();
}

type Step = () => Promise<void>;

interface Serving {
  readonly engine: Engine;
  readonly scheduler: Scheduler;
  readonly cache: FeatureCache;
  readonly runner: ModelRunner;
  readonly spaces: IndexSpaces;
  readonly loading: ModelLoading;
  readonly models: readonly string[];
  readonly post: (message: FromCompute) => void;
  /** The step so that the main thread sees it run. */
  readonly watched: (what: string, step: Step) => Step;
}

function receive(message: ToCompute, serving: Serving): void {
  const { engine, runner, spaces, loading, post, watched } = serving;
  switch (message.type) {
    case "load":
      return loading.add(message.model);
    case "warmUp":
      return warmUp(message.model, {
        runner,
        chunkRows: MAX_ROWS_PER_PASS,
        post,
        enqueue: (step) => engine.enqueueWhenIdle(watched(`a trial pass of ${message.model}`, step)),
      });
    case "submit":
      return engine.submit(message.id, message.program, { ...message, ...message.claimant });
    case "cancel":
      return engine.cancel(message.id);
    case "end":
      return engine.end(message.id);
    case "index":
      return engine.enqueue(watched("a search of vectors", () => runIndexTask(message, spaces, post)));
    case "view":
      return post({ type: "view", id: message.id, ...computeView(serving) });
  }
}

function computeView({ models, scheduler, cache }: Serving): ComputeView {
  const loads = models.map((model) => modelLoad(scheduler, model));
  return { models: loads, features: { name: "features", ...cache.counts } };
}

async function runIndexTask(
  { id, task }: Extract<ToCompute, { type: "index" }>,
  spaces: IndexSpaces,
  post: (message: FromCompute) => void,
): Promise<void> {
  try {
    const result = task.kind === "indexApply" ? spaces.apply(task) : await spaces.search(task);
    post({ type: "index", id, result });
  } catch (error) {
    post({ type: "failed", id, error: plainError(error) });
  }
}

function schedulerNetworks(
  model: string,
  { encoders, decoder }: Networks,
  { runner, config }: { readonly runner: ModelRunner; readonly config: ComputeConfig },
): SchedulerNetworks {
  const specs = encoders.map(({ name, cached }): [string, EncoderSpec] => {
    return [`${model}/${name}`, { cached, encodesImages: name === "vision", maxBatch: config.maxEncoderBatch }];
  });
  if (decoder === undefined) return { encoders: new Map(specs), decoders: new Map() };
  const bytes = runner.bytesPerRow(model);
  const rows = Math.floor(keysValuesBytes(decoder, bytes, config) / bytes);
  const limits = { ...decoderLimits(rows, decoder, config), mixes: runner.hasMixedPasses(model) };
  return { encoders: new Map(specs), decoders: new Map([[model, limits]]) };
}

/** A third of the KV memory is for what sequences leave behind; rows that depend on a memory are of no use to others. */
function decoderLimits(
  rows: number,
  { hasMemory }: { readonly hasMemory: boolean },
  config: ComputeConfig,
): DecoderLimits {
  const maxKeptRows = hasMemory ? 0 : Math.floor(rows / 3);
  return {
    maxSequences: config.maxSequences,
    maxCachedRows: rows - maxKeptRows,
    maxKeptRows,
    maxRowsPerPass: MAX_ROWS_PER_PASS,
  };
}

function publishable(event: Parameters<ConstructorParameters<typeof Engine>[0]["publish"]>[0]): FromCompute {
  if (event.type !== "finished") return event;
  if ("error" in event) return { type: "failed", id: event.id, error: plainError(event.error) };
  return event;
}

void main(parentPort!, workerData as ComputeStart);
