import { dirname, join } from "node:path";
import { CheckpointError, quote } from "./checkpoint-error.ts";
import { describe, isObject, type JsonObject, readJsonObject } from "./json.ts";
import type { TensorRef } from "./tensor-ref.ts";

/** A checkpoint in several files. */
export interface ShardedTensors {
  /** Paths, in alphabetical order. */
  readonly files: readonly string[];
  readonly tensors: readonly TensorRef[];
}

/**
 * The tensors of all shards that an index (`*.index.json`, its `weight_map`: tensor → file beside it) lists.
 * Throws a CheckpointError where a shard is missing, lies elsewhere, or holds other tensors than the index says.
 */
export function readShards(indexPath: string, readShard: (path: string) => TensorRef[]): ShardedTensors {
  const assigned = tensorsByShard(indexPath, weightMap(indexPath));
  const shards = [...assigned.keys()].sort();
  const pathOf = (shard: string) => join(dirname(indexPath), shard);
  const tensors = shards.flatMap((shard) => {
    const held = readShard(pathOf(shard));
    assertSameNames(held, assigned.get(shard)!, { indexPath, shard });
    return held;
  });
  return { files: shards.map(pathOf), tensors };
}

function weightMap(indexPath: string): JsonObject {
  const map = readJsonObject(indexPath).weight_map;
  if (isObject(map)) return map;
  throw new CheckpointError(indexPath, `weight_map must map tensors to files, found ${describe(map)}`);
}

function tensorsByShard(indexPath: string, map: JsonObject): Map<string, Set<string>> {
  const assigned = new Map<string, Set<string>>();
  for (const [name, shard] of Object.entries(map)) {
    const fail = (problem: string) => new CheckpointError(indexPath, problem, { tensor: name });
    if (typeof shard !== "string") throw fail(`weight_map must name a file, found ${describe(shard)}`);
    if (!isPlainName(shard)) throw fail(`lies in ${quote(shard)}, which is not the name of a file beside the index`);
    const names = assigned.get(shard) ?? new Set();
    assigned.set(shard, names.add(name));
  }
  return assigned;
}

/** A file of the same folder: no separator of any system, no way up, no end of string for the system below. */
function isPlainName(shard: string): boolean {
  return !/[/\\:\0]/.test(shard) && !["", ".", ".."].includes(shard);
}

function assertSameNames(
  held: readonly TensorRef[],
  assigned: ReadonlySet<string>,
  { indexPath, shard }: { indexPath: string; shard: string },
): void {
  const names = new Set(held.map((tensor) => tensor.name));
  const missing = [...assigned].find((name) => !names.has(name));
  if (missing !== undefined) {
    throw new CheckpointError(indexPath, `should lie in ${quote(shard)}, which does not hold it`, { tensor: missing });
  }
  const extra = held.find((tensor) => !assigned.has(tensor.name));
  if (extra === undefined) return;
  throw new CheckpointError(indexPath, `is in ${quote(shard)}, where the index does not list it`, {
    tensor: extra.name,
  });
}
