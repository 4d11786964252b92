import { totalmem } from "node:os";
import { servedDtypes, weightBytes, type ServedDtype, type ServedModel } from "../inference/index.ts";

/** How matrices may be asked to be kept; "auto": as exactly as memory allows. */
export const dtypeChoices = ["auto", ...servedDtypes] as const;
export type DtypeChoice = (typeof dtypeChoices)[number];

/** A checkpoint to serve, and what was asked of its matrices. */
export interface ChosenModel extends Omit<ServedModel, "dtype"> {
  readonly dtype: DtypeChoice;
}

export interface FittedModels {
  readonly models: readonly (ServedModel & { readonly dtype: ServedDtype })[];
  /** What their weights take, bytes. */
  readonly bytes: number;
}

/** Bytes of a model's weights in memory. */
export type BytesByDtype = Readonly<Record<ServedDtype, number>>;

interface Fitting {
  readonly model: ChosenModel;
  readonly bytes: BytesByDtype;
  dtype: ServedDtype;
}

/**
 * Settles how every model's matrices are kept. Those that may be chosen begin in float32; while the weights of all take
 * more than `budget` bytes, the largest of them that can be smaller goes to int8, then to int4. What was asked for stays.
 */
export function fitDtypes(models: readonly ChosenModel[], budget: number, bytesOf = knownBytes): FittedModels {
  const fittings = models.map((model): Fitting => {
    return { model, bytes: bytesOf(model.folder), dtype: model.dtype === "auto" ? "float32" : model.dtype };
  });
  const taken = ({ bytes, dtype }: Fitting): number => bytes[dtype];
  const total = (): number => fittings.reduce((sum, fitting) => sum + taken(fitting), 0);
  while (total() > budget) {
    const [largest] = fittings.filter(canShrink).sort((a, b) => taken(b) - taken(a));
    if (largest === undefined) break;
    largest.dtype = smaller(largest.dtype)!;
  }
  return { models: fittings.map(({ model, dtype }) => ({ ...model, dtype })), bytes: total() };
}

function canShrink({ model, dtype }: Fitting): boolean {
  return model.dtype === "auto" && smaller(dtype) !== undefined;
}

function smaller(dtype: ServedDtype): ServedDtype | undefined {
  return servedDtypes[servedDtypes.indexOf(dtype) + 1];
}

/** A checkpoint that can't be opened takes nothing: its worker will say what is wrong with it. */
function knownBytes(folder: string): BytesByDtype {
  try {
    return weightBytes(folder);
  } catch {
    return { float32: 0, int8: 0, int4: 0 };
  }
}

/**
 * Bytes for weights on this machine: three quarters of its memory, or of what this process may have, without one model's
 * keys and values; a quarter at the least.
 */
export function weightBudget(kvCacheBytes: number, memory = memoryLimit()): number {
  return Math.max((3 / 4) * memory - kvCacheBytes, memory / 4);
}

/** A container's limit, where there is one. Node says 0 where it does not know, and more than there is where there is none. */
function memoryLimit(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** What people shall know of the choice: models that are not served as exactly as they might be, and too little memory. */
export function choiceMessages(asked: readonly ChosenModel[], fitted: FittedModels, budget: number): string[] {
  const smaller = fitted.models.filter(({ dtype }, i) => asked[i]!.dtype === "auto" && dtype !== "float32");
  const chosen = smaller.map(({ name, dtype }) => `${name} is served in ${dtype}: in float32 memory would not do.`);
  if (fitted.bytes <= budget) return chosen;
  const [needed, there] = [fitted.bytes, budget].map((bytes) => `${(bytes / 1e9).toFixed(1)} GB`);
  return [
    ...chosen,
    `The models' weights take about ${needed}, where there is room for ${there}: serve fewer of them.`,
  ];
}
