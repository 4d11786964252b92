import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readFloat32 } from "../../inference/checkpoint/read-tensor.ts";
import { readSafetensors } from "../../inference/checkpoint/safetensors.ts";
import type { ServedDtype } from "../../inference/index.ts";
import type { DecoderNetwork, EncoderNetwork } from "../../inference/models/model.ts";
import { openNetworks } from "../../inference/models/open-networks.ts";
import { openEncoder } from "../../inference/runtime/open-encoder.ts";
import { createSession, type NamedTensors } from "../../inference/runtime/session.ts";
import { float32, type Tensor } from "../../inference/tensor.ts";
import { StepByStep } from "./step-by-step.ts";

/** What transformers made of a checkpoint; training/official/reference.py writes it. */
export interface Reference {
  /** By the names that networks give their results, and pixel_values. */
  readonly tensors: NamedTensors;
  readonly architecture: string;
  /** Of a text that an encoder reads. */
  readonly inputIds?: readonly number[];
  /** What a decoder begins with, and what it says greedily. */
  readonly promptIds?: readonly number[];
  readonly tokenIds?: readonly number[];
  /** Stands for a row of the picture in the prompt. */
  readonly featureId?: number;
  /** Keys that transformers missed, or had no place for. */
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly mismatched: readonly string[];
}

export function readReference(folder: string): Reference {
  const stored = readSafetensors(join(folder, "reference.safetensors"));
  const tensors = stored.map((ref) => [ref.name, float32(ref.shape, readFloat32(ref))] as const);
  const cases = JSON.parse(readFileSync(join(folder, "reference.json"), "utf8")) as Omit<Reference, "tensors">;
  return { ...cases, tensors: Object.fromEntries(tensors) };
}

export interface RunOptions {
  readonly dtype: ServedDtype;
  /** The folder of quantised weights. */
  readonly cache: string;
  readonly threads: number;
}

/** Every network's results for what a reference was made of, and `logits` before each of its tokens. */
export async function runReference(folder: string, reference: Reference, options: RunOptions): Promise<NamedTensors> {
  const { encoders, decoder } = await openNetworks(folder, options);
  let known: NamedTensors = { pixel_values: reference.tensors.pixel_values!, ...textOf(reference) };
  for (const encoder of encoders) known = { ...known, ...(await runEncoder(encoder, known, options)) };
  return decoder ? { ...known, logits: await runDecoder(decoder, known, reference, options) } : known;
}

function textOf({ inputIds = [] }: Reference): NamedTensors {
  const dims = [1, inputIds.length];
  const ids = { dims, data: BigInt64Array.from(inputIds, BigInt) };
  return { input_ids: ids, attention_mask: float32(dims, new Float32Array(inputIds.length).fill(1)) };
}

async function runEncoder(
  network: EncoderNetwork,
  known: NamedTensors,
  { threads }: RunOptions,
): Promise<NamedTensors> {
  const session = await openEncoder(network, { threads });
  const inputs = session.inputNames.map((name) => [name, known[name]!] as const);
  const results = await session.run(Object.fromEntries(inputs));
  await session.release();
  return results;
}

/** The prompt in one pass, then a token a pass, each the reference's: → [tokens, vocabulary] */
async function runDecoder(
  network: DecoderNetwork,
  known: NamedTensors,
  { promptIds = [], tokenIds = [], featureId }: Reference,
  { threads }: RunOptions,
): Promise<Tensor> {
  const session = await createSession(network.build(), { threads });
  const steps = new StepByStep(network, session, known);
  const rows = [await steps.next(promptIds, featureId)];
  for (const id of tokenIds.slice(0, -1)) rows.push(await steps.next([id]));
  await session.release();
  const { vocabularySize } = network;
  const logits = new Float32Array(rows.length * vocabularySize);
  rows.forEach((row, i) => logits.set(row, i * vocabularySize));
  return float32([rows.length, vocabularySize], logits);
}
