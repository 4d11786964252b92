import { CHUNK } from "../models/decoder-parts.ts";
import type { DecoderShape } from "../models/model.ts";
import type { Target } from "../onnx/target.ts";
import type { ChunkBeside, DecoderBatch, DecoderEntry } from "../scheduling/batch.ts";
import type { CacheCapacity } from "../scheduling/cache-capacity.ts";
import { membersOf } from "../scheduling/requests.ts";
import { emptyArray } from "./cache-shape.ts";
import type { KVCache } from "./kv-cache.ts";
import type { CacheFeeds, ResidentCache } from "./resident-cache.ts";
import type { NamedTensors, Session } from "./session.ts";

/** WebGPU's product of matrices without a row ends the process: on a GPU a cache has one at least, which every mask hides. */
export function runnable(capacity: CacheCapacity, { device }: Target): CacheCapacity {
  return device === "cpu" ? capacity : { ...capacity, rows: Math.max(1, capacity.rows) };
}

/**
 * Rows of the cache that a pass on the CPU reads: all that there is room for, since they lie apart. A prompt's first passes
 * would read mostly such as nobody has written yet: so they are given copies of those that are, where that takes less time.
 */
export function pastOf(batch: DecoderBatch, shape: Queries): number {
  const { rows } = batch.capacity;
  return batch.pass === "chunk" ? rowsRead(membersOf(batch), rows, shape) : rows;
}

/** Whether a decoder's graph takes a chunk beside other rows. */
export function hasChunks({ inputNames }: Pick<Session, "inputNames">): boolean {
  return inputNames.includes(`${CHUNK}mask`);
}

/** The same for the chunk of a mixed pass; 0 in others. */
export function chunkPastOf({ chunk, capacity }: DecoderBatch, shape: Queries): number {
  return chunk === undefined ? 0 : rowsRead([chunk], capacity.rows, shape);
}

type Queries = Pick<DecoderShape, "queriesPerHead">;

/**
 * What a row takes that a mask hides, to a row that is copied: to be read, and for each query of a head that looks at it.
 * Measured with models of 0.5 and 1.1 billion parameters, from 4 to 256 rows.
 */
const HIDDEN = { read: 1 / 15, looked: 1 / 160 };

/** Never so many are copied that they take more than half of what is there. */
function rowsRead(entries: readonly DecoderEntry[], rows: number, { queriesPerHead = 1 }: Queries): number {
  const computed = Math.max(...entries.map(({ sequence }) => sequence.numComputedRows));
  const queries = queriesPerHead * Math.max(...entries.map(({ numRows }) => numRows));
  const hidden = (rows - computed) * (HIDDEN.read + queries * HIDDEN.looked);
  return computed <= rows / 2 && computed < hidden ? computed : rows;
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

/** The rows of the cache that a chunk beside others reads, by the names of its graph; of none without a chunk. */
export function chunkFeeds(cache: KVCache, chunk: ChunkBeside | undefined, past: number): NamedTensors {
  const { layers, heads, headDim, dtype } = cache.shape;
  if (chunk !== undefined) {
    const rows = Object.entries(cache.inputs(chunk.slot, 1, past));
    return Object.fromEntries(rows.map(([name, tensor]) => [`${CHUNK}${name}`, tensor]));
  }
  const none = { dims: [1, heads, 0, headDim], data: emptyArray(dtype) };
  const names = Array.from({ length: layers }, (_, layer) => [
    `${CHUNK}past_k.${layer}`,
    `${CHUNK}past_v.${layer}`,
  ]).flat();
  return Object.fromEntries(names.map((name) => [name, none]));
}

/** New rows of a pass go to the cache. */
export function keepRows(cache: KVCache, { first, entries, chunk }: DecoderBatch, outputs: NamedTensors): void {
  entries.forEach(({ sequence, numRows }, i) => {
    const rows = { slot: first + i, start: sequence.numComputedRows, count: numRows };
    if (numRows > 0) cache.append(rows, { entry: i, outputs });
  });
  if (chunk === undefined) return;
  const rows = { slot: chunk.slot, start: chunk.sequence.numComputedRows, count: chunk.numRows };
  cache.append(rows, { entry: 0, outputs: ofChunk(outputs) });
}

function ofChunk(outputs: NamedTensors): NamedTensors {
  const own = Object.entries(outputs).filter(([name]) => name.startsWith(CHUNK));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(CHUNK.length), tensor]));
}
