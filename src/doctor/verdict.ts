import { gigabytes } from "../../hub/index.ts";
import type { ServedDtype } from "../../inference/index.ts";
import { fitDtypes, type BytesByDtype } from "../dtypes.ts";
import type { Candidate } from "./candidates.ts";

/** What there is for models. */
export interface Room {
  /** For their weights, by themselves. */
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
  readonly dtype: ServedDtype | undefined;
  /** Why it could not. */
  readonly reason: string | undefined;
}

const nothing: BytesByDtype = { float32: 0, int8: 0, int4: 0 };

/** Judges a model by the room there is. */
export function judge(candidate: Candidate, room: Room): Verdict {
  const { model, weights, problem } = candidate;
  const refused = (reason: string): Verdict => ({ candidate, dtype: undefined, reason });
  if (problem !== undefined) return refused(problem);
  if (weights === undefined) return { candidate, dtype: undefined, reason: undefined };
  const fitted = fitDtypes([model], room.memory, () => weights);
  const dtype = fitted.models[0]!.dtype;
  const reason = memoryReason(fitted.bytes, dtype, room) ?? diskReason(candidate, dtype, room);
  return reason === undefined ? { candidate, dtype, reason } : refused(reason);
}

function memoryReason(bytes: number, dtype: ServedDtype, { memory }: Room): string | undefined {
  if (bytes <= memory) return undefined;
  return `in ${dtype} its weights take ${gigabytes(bytes)} of memory, where there is room for ${gigabytes(memory)}`;
}

function diskReason({ missingBytes = 0, weights = nothing }: Candidate, dtype: ServedDtype, room: Room) {
  if (missingBytes > room.cacheDisk) {
    return `its files take ${gigabytes(missingBytes)}, and the disk of the cache has ${gigabytes(room.cacheDisk)}`;
  }
  const quantised = dtype === "float32" ? 0 : weights[dtype];
  if (quantised <= room.weightDisk) return undefined;
  return `its weights in ${dtype} take ${gigabytes(quantised)}, and the disk for them has ${gigabytes(room.weightDisk)}`;
}
