import { mkdirSync, readdirSync, realpathSync, rmSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { CheckpointError } from "./checkpoint-error.ts";

/** What nobody has written to for so long, nobody writes any more: a chunk takes well under a second. */
const ABANDONED_MS = 3_600_000;

/** The cache folder with all links resolved, made where it is missing; files that a killed process left unfinished are gone. */
export function openWeightCache(cache: string, now = Date.now()): string {
  mkdirSync(cache, { recursive: true });
  const folder = realpathSync(cache);
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".tmp"))) {
    const path = join(folder, name);
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (now - written > ABANDONED_MS) rmSync(path, { force: true });
  }
  return folder;
}

/** Throws a CheckpointError where the disk has no room for so many bytes: better at once than after minutes. */
export function requireRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (bytes <= free) return;
  const [needed, there] = [bytes, free].map((count) => `${(count / 1e9).toFixed(1)} GB`);
  throw new CheckpointError(folder, `has ${there} free where quantised weights need ${needed}`);
}
