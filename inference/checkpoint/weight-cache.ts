import { mkdirSync, readdirSync, realpathSync, rmSync, statfsSync, statSync, utimesSync } from "node:fs";
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

/**
 * Has it count as used, to the microsecond: what was used the longest ago makes room first. A folder that can't be
 * written keeps its order.
 */
export function markUsed(file: string, now = performance.timeOrigin + performance.now()): void {
  try {
    utimesSync(file, now / 1000, statSync(file).mtimeMs / 1000);
  } catch {
    return;
  }
}

/**
 * Removes the weights that were used the longest ago until `bytes` more keep within `limit`. Whoever has such a file open
 * still reads all of it. Throws a CheckpointError where `bytes` alone are more.
 */
export function makeRoom(folder: string, bytes: number, limit: number): void {
  if (bytes > limit) {
    const [needed, most] = [bytes, limit].map(inGigabytes);
    throw new CheckpointError(
      folder,
      `may hold ${most} of quantised weights (--weight-cache-bytes) where ${needed} are needed`,
    );
  }
  const files = weightFiles(folder).sort((a, b) => b.usedMs - a.usedMs);
  let sum = bytes;
  for (const file of files) {
    sum += file.bytes;
    if (sum > limit) rmSync(file.path, { force: true });
  }
}

function weightFiles(folder: string) {
  const paths = readdirSync(folder)
    .filter((name) => name.endsWith(".safetensors"))
    .map((name) => join(folder, name));
  return paths.flatMap((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? [] : [{ path, bytes: found.size, usedMs: found.atimeMs }];
  });
}

/** Throws a CheckpointError where the disk has no room for so many bytes: better at once than after minutes. */
export function requireRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (bytes <= free) return;
  const [needed, there] = [bytes, free].map(inGigabytes);
  throw new CheckpointError(folder, `has ${there} free where quantised weights need ${needed}`);
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
