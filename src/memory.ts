import { freemem, totalmem } from "node:os";
import {
  type AskedDtype,
  type MemoryBudget,
  type MemoryLimits,
  type MemoryNeed,
  memoryNeeds,
  type ModelNeed,
  type ServedDtype,
  servedDtypes,
  type ServedModel,
  sharedMemory,
  sumOf,
} from "../inference/index.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { type BytesByDtype, choiceMessages, type ChosenModel, fitDtypes, leftToDevice } from "./dtypes.ts";

/** What is served, and in how much memory. */
export interface MemoryPlan {
  readonly models: readonly ServedModel[];
  readonly budget: MemoryBudget;
  /** What people shall know of it. */
  readonly messages: readonly string[];
}

/**
 * Settles the type of each model by the memory that there is, and what each needs in it. A ConfigError names a model that
 * is to be pinned and is not served.
 */
export function planMemory(
  chosen: readonly ChosenModel[],
  config: Pick<Config, "memoryBytes" | "pinned" | "idleUnloadMs">,
  limits: MemoryLimits,
): MemoryPlan {
  const needsOf = new Map(chosen.map(({ folder }) => [folder, knownNeeds(folder, limits)]));
  const room = roomForModels(config, limits);
  const fitted = fitDtypes(chosen, room, (folder) => sumsOf(needsOf.get(folder)!));
  const needs = new Map(fitted.models.map(({ name, folder, dtype }) => [name, needIn(dtype, needsOf.get(folder)!)]));
  const { pinned, idleUnloadMs } = config;
  requireServed(pinned, fitted.models);
  const budget = { bytes: memoryOf(config), shared: sharedMemory(limits), needs, pinned, idleUnloadMs };
  return { models: leftToDevice(chosen, fitted), budget, messages: choiceMessages(chosen, fitted, room) };
}

/** Bytes for models, beside what a worker takes whatever they are. */
export function roomForModels(config: Pick<Config, "memoryBytes">, limits: MemoryLimits): number {
  const { process, features } = sharedMemory(limits);
  return memoryOf(config) - process - features;
}

function memoryOf({ memoryBytes }: Pick<Config, "memoryBytes">): number {
  return memoryBytes ?? memoryOfMachine();
}

function requireServed(pinned: readonly string[], models: readonly ServedModel[]): void {
  const names = models.map(({ name }) => name);
  const missing = pinned.find((name) => !names.includes(name));
  if (missing === undefined) return;
  throw new ConfigError(`--pin names "${missing}", which is not served. Served are ${names.join(", ")}.`);
}

/** What a model needs in a type that may be asked for. */
export function needIn(dtype: AskedDtype, needs: Readonly<Record<ServedDtype, MemoryNeed>>): ModelNeed {
  if (dtype === "float16") return { ...needs.float32, weights: needs.float32.weights / 2 };
  const smallest = servedDtypes.at(-1)!;
  return dtype === smallest ? needs[dtype] : { ...needs[dtype], smaller: { dtype: smallest, need: needs[smallest] } };
}

const NOTHING: MemoryNeed = { weights: 0, keysValues: 0, activations: 0 };

/** A checkpoint that can't be opened takes nothing: its worker will say what is wrong with it. */
function knownNeeds(folder: string, limits: MemoryLimits): Readonly<Record<ServedDtype, MemoryNeed>> {
  try {
    return memoryNeeds(folder, limits);
  } catch {
    return { float32: NOTHING, int8: NOTHING, int4: NOTHING };
  }
}

/** Bytes of all of each. */
export function sumsOf({ float32, int8, int4 }: Readonly<Record<ServedDtype, MemoryNeed>>): BytesByDtype {
  return { float32: sumOf(float32), int8: sumOf(int8), int4: sumOf(int4) };
}

/** Of all memory, so much may be taken; of what is free now, so much. The rest is for this process, and for others. */
const [OF_ALL, OF_FREE] = [3 / 4, 9 / 10];

/**
 * Bytes that a worker may take on this machine: by what there is, or what this process may have, and by what is free now;
 * a quarter at the least, since what others hold may be given back.
 */
export function memoryOfMachine(all = allMemory(), free = freeMemory()): number {
  return Math.max(Math.min(OF_ALL * all, OF_FREE * free), all / 4);
}

/** A container's limit, where there is one. Node says 0 where it does not know, and more than there is where there is none. */
export function allMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** On macOS, what its caches hold does not count as free, so nobody knows. */
function freeMemory(): number {
  return process.platform === "darwin" ? Infinity : freemem();
}
