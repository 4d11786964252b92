import { join } from "node:path";
import type { Checkpoint } from "./checkpoint.ts";
import { CheckpointError, reason } from "./checkpoint-error.ts";
import { isWhole, writeQuantised } from "./quantised-file.ts";
import { type FormatFor, quantisationPlan, quantisedLayout } from "./quantised-layout.ts";
import type { BlockFormat } from "./quantised-matrix.ts";
import type { QuantisedDtype } from "./served-dtype.ts";
import { makeRoom, markUsed, openWeightCache, requireRoom } from "./weight-cache.ts";

/**
 * Beside its numbers a block takes its scale and, in onnxruntime's memory, its sum: of 4 bits in blocks of 32 that is half
 * as much again. Where rows are wide enough for their errors to cancel out, blocks of 64 save 0.9 GB of a 7 B model.
 */
const WIDE = 2048;

const formats: Readonly<Record<QuantisedDtype, FormatFor>> = {
  int8: (columns, rows) => (rows === "many" ? byRow(columns) : { bits: 8, blockSize: 32 }),
  int4: (columns, rows) => (rows === "many" ? byRow(columns) : { bits: 4, blockSize: columns < WIDE ? 32 : 64 }),
};

/**
 * Where arithmetic takes the time, 8 bits with one scale for a row: whole numbers are multiplied and added up as such,
 * twice as fast as block by block. What a picture's hundreds of rows are multiplied by is small beside a language model.
 */
function byRow(columns: number): BlockFormat {
  return { bits: 8, blockSize: columns % SMALLEST_BLOCK === 0 ? columns : SMALLEST_BLOCK };
}

/** GPUs take such matrices in blocks, each with the row's scale. */
const SMALLEST_BLOCK = 32;

/** To be changed with whatever changes the bytes that are written of a checkpoint. */
const RECIPE = 4;

export interface QuantisedCache {
  /** Its folder. */
  readonly cache: string;
  /**
   * Bytes of quantised weights in it at most, of all checkpoints together.
   * @default Infinity
   */
  readonly cacheBytes?: number | undefined;
  /** Told that weights are about to be quantised, which may take minutes. */
  readonly onQuantising?: (() => void) | undefined;
  /** Has another thread write the file; this one does without it, and does nothing else meanwhile. */
  readonly elsewhere?: (() => Promise<void>) | undefined;
}

export interface QuantisedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly file: string;
  /** Whether the file was there already, whole. */
  readonly origin: "found" | "made";
}

/**
 * The checkpoint with its matrices quantised, from a file of `cache` that is made where it is missing or damaged. Every
 * network must have asked `checkpoint` for what it needs. Reads the whole checkpoint. Throws a CheckpointError where the file
 * can't be written.
 */
export async function quantised(
  checkpoint: Checkpoint,
  dtype: QuantisedDtype,
  { cache, cacheBytes = Infinity, onQuantising, elsewhere }: QuantisedCache,
): Promise<QuantisedCheckpoint> {
  const key = `${await checkpoint.digest(cache)}-${dtype}-${RECIPE}`;
  try {
    const folder = openWeightCache(cache);
    const file = join(folder, `${key}.safetensors`);
    const plan = quantisationPlan(checkpoint, formats[dtype]);
    const layout = quantisedLayout(plan, file, key);
    const origin = isWhole(file, layout) ? "found" : "made";
    if (origin === "made") {
      makeRoom(folder, layout.size, cacheBytes);
      requireRoom(folder, layout.size);
      onQuantising?.();
      if (elsewhere === undefined) writeQuantised(file, plan, layout);
      else await elsewhere();
    }
    markUsed(file);
    return { checkpoint: checkpoint.storedAs(layout.stored), file, origin };
  } catch (cause) {
    if (cause instanceof CheckpointError) throw cause;
    throw new CheckpointError(cache, `the ${dtype} weights can't be kept here: ${reason(cause)}`, { cause });
  }
}
