import type { ServedDtype } from "../checkpoint/served-dtype.ts";
import { type MemoryNeed, type SharedMemory, sumOf } from "../runtime/memory-need.ts";

/** How much memory the models of a worker may take, and who may stay in it. */
export interface MemoryBudget {
  /** For the worker with all that it holds. */
  readonly bytes: number;
  readonly shared: SharedMemory;
  /** By model. */
  readonly needs: ReadonlyMap<string, ModelNeed>;
  /** Models that are loaded first and stay. */
  readonly pinned: readonly string[];
  /** A model that nobody has asked for so long is unloaded; undefined: it stays. */
  readonly idleUnloadMs: number | undefined;
}

export interface ModelNeed extends MemoryNeed {
  /** @default false */
  readonly areActivationsMeasured?: boolean;
  /** How its matrices would take less. */
  readonly smaller?: { readonly dtype: ServedDtype; readonly need: MemoryNeed };
}

/** A budget that holds whatever there is, for as long as it is there. */
export const UNLIMITED: MemoryBudget = {
  bytes: Infinity,
  shared: { process: 0, features: 0 },
  needs: new Map(),
  pinned: [],
  idleUnloadMs: undefined,
};

const NOTHING: MemoryNeed = { weights: 0, keysValues: 0, activations: 0 };

/** Bytes that there are for models' own needs. */
export function roomOf({ bytes, shared }: MemoryBudget): number {
  return bytes - shared.process - shared.features;
}

/** A model's own need in bytes; nothing where nothing is known. */
export function ownBytes(model: string, { needs }: MemoryBudget): number {
  return sumOf(needs.get(model) ?? NOTHING);
}

/** Why a model cannot be served, beside those that must stay: the sum, what it is held against, and what would help. */
export function refusal(model: string, beside: readonly string[], budget: MemoryBudget): string {
  const { bytes, shared } = budget;
  const need = budget.needs.get(model) ?? NOTHING;
  const pinned = beside.reduce((sum, name) => sum + ownBytes(name, budget), 0);
  const others = shared.process + shared.features + pinned;
  const alsoPinned = beside.length === 0 ? "" : `, ${inWords(pinned)} for what is pinned (${beside.join(", ")})`;
  return (
    `it needs ${parts(need)}, beside ${inWords(shared.features)} for features and pictures, ` +
    `${inWords(shared.process)} for the process${alsoPinned}: ${inWords(others + sumOf(need))}; ` +
    `the budget is ${inWords(bytes)}. ${help(model, others, budget)}.`
  );
}

/** In three digits and the unit that suits: 4.41 GiB. */
export function inWords(bytes: number): string {
  const [unit, size] = bytes >= 2 ** 30 ? ["GiB", 2 ** 30] : ["MiB", 2 ** 20];
  return `${Number((bytes / size).toPrecision(3))} ${unit}`;
}

function parts({ weights, keysValues, activations }: MemoryNeed): string {
  const cache = keysValues === 0 ? "" : `${inWords(keysValues)} of keys and values, `;
  return `${inWords(weights)} of weights, ${cache}${inWords(activations)} for its passes`;
}

function help(model: string, others: number, { bytes, needs }: MemoryBudget): string {
  const { smaller, keysValues } = needs.get(model) ?? { ...NOTHING, smaller: undefined };
  const raise = keysValues === 0 ? "Raise --memory" : "Raise --memory, lower --kv-cache";
  if (smaller === undefined || others + sumOf(smaller.need) > bytes) return raise;
  return `${raise}, or take --models ${model}:${smaller.dtype}, which needs ${inWords(others + sumOf(smaller.need))} in all`;
}
