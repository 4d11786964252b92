import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { CheckpointError, reason } from "./checkpoint-error.ts";

/**
 * SHA-256 (hex) over the names, sizes and bytes of some files, in the order given. Streams, so gigabytes take no memory.
 * Throws a CheckpointError that names the file that can't be read.
 */
export async function digestFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) await digestFile(hash, path);
  return hash.digest("hex");
}

const CHUNK_BYTES = 2 ** 20;

/** Name and size go first, so that no two sets of files run together to the same bytes. */
async function digestFile(hash: Hash, path: string): Promise<void> {
  try {
    const { size } = await stat(path);
    hash.update(`${basename(path)}\0${size}\0`);
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) hash.update(chunk as Buffer);
  } catch (cause) {
    throw new CheckpointError(path, `can't be read: ${reason(cause)}`, { cause });
  }
}
