import { gigabytes } from "../../hub/index.ts";
import type { AskedDtype } from "../../inference/index.ts";
import { fitDtypes, type FittedModels } from "../dtypes.ts";
import { sumsOf } from "../memory.ts";
import type { Candidate } from "./candidates.ts";

/** What there is for models. */
export interface Room {
  /** For models, beside what a worker takes whatever they are. */
  readonly memory: number;
  /** On the disk where checkpoints are fetched to. */
  readonly cacheDisk: number;
  /** On the disk where quantised weights are kept. */
  readonly weightDisk: number;
}

/** Whether a model could be served, alone, and how. */
export interface Verdict {
  readonly candidate: Candidate;
  /** How its matrices would be kept; undefined where it could not be served, or nothing is known of it. */
  readonly dtype: AskedDtype | undefined;
  /** Why it could not. */
  readonly reason: string | undefined;
}

/** Judges a model by the room there is. */
export function judge(candidate: Candidate, room: Room): Verdict {
  const { model, needs, problem } = candidate;
  const refused = (reason: string): Verdict => ({ candidate, dtype: undefined, reason });
  if (problem !== undefined) return refused(problem);
  if (needs === undefined) return { candidate, dtype: undefined, reason: undefined };
  const fitted = fitDtypes([model], room.memory, () => sumsOf(needs));
  const dtype = fitted.models[0]!.dtype;
  const reason = memoryReason(fitted.bytes, dtype, room) ?? diskReason(candidate, dtype, room);
  return reason === undefined ? { candidate, dtype, reason } : refused(reason);
}

/** What models would take together, those of which enough is known, and how their matrices would be kept. */
export function judgeTogether(candidates: readonly Candidate[], { memory }: Room): FittedModels {
  const known = candidates.flatMap(({ model, needs }) => (needs === undefined ? [] : [{ model, needs }]));
  const sums = new Map(known.map(({ model, needs }) => [model.folder, sumsOf(needs)]));
  return fitDtypes(
    known.map(({ model }) => model),
    memory,
    (folder) => sums.get(folder)!,
  );
}

function memoryReason(bytes: number, dtype: AskedDtype, { memory }: Room): string | undefined {
  if (bytes <= memory) return undefined;
  return `in ${dtype} it takes ${gigabytes(bytes)} of memory, where there is room for ${gigabytes(memory)}`;
}

function diskReason({ missingBytes = 0, needs }: Candidate, dtype: AskedDtype, room: Room) {
  if (missingBytes > room.cacheDisk) {
    return `its files take ${gigabytes(missingBytes)}, and the disk of the cache has ${gigabytes(room.cacheDisk)}`;
  }
  const quantised = dtype === "float32" || dtype === "float16" ? 0 : (needs?.[dtype].weights ?? 0);
  if (quantised <= room.weightDisk) return undefined;
  return `its weights in ${dtype} take ${gigabytes(quantised)}, and the disk for them has ${gigabytes(room.weightDisk)}`;
}
