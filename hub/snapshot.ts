import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CachedRepository } from "./hub-cache.ts";
import type { HubConfig } from "./hub-config.ts";

/** The folder of a repository's checkpoint in the cache, if all of it is there; whoever put it there. */
export function findSnapshot(config: HubConfig, repository: string, revision: string): string | undefined {
  const cached = new CachedRepository(config, repository);
  const commit = cached.commitOf(revision);
  if (commit === undefined) return undefined;
  const folder = cached.snapshot(commit);
  return isWhole(folder) ? folder : undefined;
}

function isWhole(folder: string): boolean {
  const has = (name: string): boolean => existsSync(join(folder, name));
  if (!has("config.json")) return false;
  if (has("model.safetensors") || has("pytorch_model.bin")) return true;
  return ["model.safetensors.index.json", "pytorch_model.bin.index.json"].some(
    (index) => has(index) && shardsOf(join(folder, index)).every(has),
  );
}

function shardsOf(index: string): readonly string[] {
  try {
    const { weight_map } = JSON.parse(readFileSync(index, "utf8")) as { weight_map: Readonly<Record<string, string>> };
    return [...new Set(Object.values(weight_map))];
  } catch {
    return [index + ": unreadable"];
  }
}

/** A repository in the cache. */
export interface CachedCheckpoint {
  /** As owner/name. */
  readonly repository: string;
  /** Of its main branch, when it was pulled last. */
  readonly folder: string;
}

/** Every repository of the cache whose main branch is there, whole. */
export function cachedCheckpoints(config: HubConfig): readonly CachedCheckpoint[] {
  const names = existsSync(config.cache) ? readdirSync(config.cache) : [];
  return names.flatMap((name) => {
    const [, owner, rest] = /^models--(.+?)--(.+)$/.exec(name) ?? [];
    const repository = `${owner}/${rest}`;
    const folder = rest === undefined ? undefined : findSnapshot(config, repository, "main");
    return folder === undefined ? [] : [{ repository, folder }];
  });
}
