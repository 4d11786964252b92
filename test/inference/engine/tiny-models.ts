import { startDecoding } from "../../../inference/generation/decoding.ts";
import { Calls } from "../../../inference/models/calls.ts";
import { answeringNetworks, captioningNetworks, retrievalNetworks } from "../../../inference/models/blip/networks.ts";
import type { Networks, Picture } from "../../../inference/models/model.ts";
import { ModelRunner } from "../../../inference/runtime/model-runner.ts";
import type { DecoderLimits } from "../../../inference/scheduling/decoder-limits.ts";
import type { EncoderSpec } from "../../../inference/scheduling/encoder-lane.ts";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import type { DecodeSpec, EncoderCall, Program, Strategy } from "../../../inference/scheduling/program.ts";
import { Scheduler } from "../../../inference/scheduling/scheduler.ts";
import { target } from "../../support/device.ts";
import { networksOf, openGolden } from "../models/blip/golden.ts";

/** The tiny checkpoints of test/golden as an engine serves them: real graphs, real sessions. */

/** [DEC] and [SEP] of the tiny vocabulary. */
export const DEC = 315;
export const SEP = 5;

/** Whether graphs may have a chunk beside a step. */
const mixesThere = target.device === "cpu";

const NETWORKS: Readonly<Record<string, Networks>> = {
  "captioning-base": networksOf(openGolden("captioning-base").folder, captioningNetworks),
  "vqa-base": networksOf(openGolden("vqa-base").folder, answeringNetworks),
  "retrieval-base": networksOf(openGolden("retrieval-base").folder, retrievalNetworks),
};

export function tinyRunner(): Promise<ModelRunner> {
  return runnerOf(NETWORKS);
}

export async function runnerOf(models: Readonly<Record<string, Networks>>): Promise<ModelRunner> {
  const runner = new ModelRunner();
  for (const [model, networks] of Object.entries(models)) {
    await runner.load(model, networks, { threads: 1, target: { ...target, mixes: mixesThere } });
  }
  return runner;
}

export interface TinyLimits extends DecoderLimits {
  readonly maxBatch: number;
  readonly featureCacheBytes: number;
}

export function tinyScheduler(limits: TinyLimits): Scheduler {
  return schedulerOf(NETWORKS, limits);
}

export function schedulerOf(
  models: Readonly<Record<string, Networks>>,
  { maxBatch, featureCacheBytes, ...decoder }: TinyLimits,
): Scheduler {
  const encoders = new Map<string, EncoderSpec>();
  for (const [model, networks] of Object.entries(models)) {
    for (const { name, cached } of networks.encoders) {
      encoders.set(`${model}/${name}`, { cached, encodesImages: name === "vision", maxBatch });
    }
  }
  const decoders = new Map<string, DecoderLimits>();
  for (const [model, networks] of Object.entries(models)) {
    // Rows that depend on a memory are of no use to others.
    const mixes = decoder.mixes === true && mixesThere;
    const own = { ...decoder, ...(networks.decoder?.hasMemory ? { maxKeptRows: 0, mixes: false } : { mixes }) };
    if (networks.decoder) decoders.set(model, own);
  }
  return new Scheduler({ encoders, decoders, cache: new FeatureCache(featureCacheBytes), startDecoding });
}

const golden = openGolden("captioning-base");

/** At the models' size; wide.png is called wide@48x48. */
function pictureOf(file: string): Picture {
  const name = `${file.split(".")[0]!}@48x48`;
  const { dims, data } = golden.pixels(name);
  return { sha256: name, width: 1, height: 1, views: [{ dims: dims.slice(1), data }] };
}

export function captionProgram(image: string, promptTokenIds: readonly number[], strategy: Strategy): Program {
  const calls = new Calls("captioning-base");
  const memory = calls.overVision("memory", calls.vision(pictureOf(image)), "image_embeds");
  return { model: "captioning-base", calls: [], decode: decodeOf(memory, promptTokenIds, strategy) };
}

export function answerProgram(image: string, question: readonly number[], strategy: Strategy): Program {
  const calls = new Calls("vqa-base");
  const memory = calls.textOver("question", calls.vision(pictureOf(image)), question);
  return { model: "vqa-base", calls: [], decode: decodeOf(memory, [DEC], strategy) };
}

/** Its outputs: itm_logits, image_embedding, text_embedding, of one call each. */
export function matchProgram(image: string, tokenIds: readonly number[]): Program {
  const calls = new Calls("retrieval-base");
  const vision = calls.vision(pictureOf(image));
  return { model: "retrieval-base", calls: [calls.textOver("match", vision, tokenIds), vision, calls.text(tokenIds)] };
}

function decodeOf(memory: EncoderCall, promptTokenIds: readonly number[], strategy: Strategy): DecodeSpec {
  return { memory, promptTokenIds, eosTokenIds: [SEP], strategy };
}
