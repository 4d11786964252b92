import type { Target } from "../onnx/target.ts";
import type { DecoderBatch } from "../scheduling/batch.ts";
import type { CacheCapacity } from "../scheduling/cache-capacity.ts";
import { membersOf } from "../scheduling/requests.ts";
import type { KVCache } from "./kv-cache.ts";
import type { CacheFeeds, ResidentCache } from "./resident-cache.ts";

/** WebGPU's product of matrices without a row ends the process: on a GPU a cache has one at least, which every mask hides. */
export function runnable(capacity: CacheCapacity, { device }: Target): CacheCapacity {
  return device === "cpu" ? capacity : { ...capacity, rows: Math.max(1, capacity.rows) };
}

/**
 * Rows of the cache that a pass on the CPU reads: all that there is room for, since they lie apart. A prompt's first passes
 * would read mostly such as nobody has written yet: so they are given copies of those that are.
 */
export function pastOf(batch: DecoderBatch): number {
  const { rows } = batch.capacity;
  const computed = Math.max(...membersOf(batch).map(({ sequence }) => sequence.numComputedRows));
  return batch.pass === "chunk" && computed <= rows / 2 ? computed : rows;
}

/** The cache as it lies, in JS memory or on the device. */
export async function cacheFeeds(
  cache: KVCache,
  resident: ResidentCache | undefined,
  { first, entries, past }: DecoderBatch & { readonly past: number },
): Promise<CacheFeeds> {
  if (resident !== undefined) return resident.inputs(cache, first, entries.length);
  return { feeds: cache.inputs(first, entries.length, past), giveBack: () => undefined };
}
