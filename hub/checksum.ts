import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { HubFile } from "./listing.ts";

/** A hash that a file's content is put through, as its checksum wants it. */
export function startHash({ checksum, bytes }: HubFile): Hash {
  if (checksum.kind === "sha256") return createHash("sha256");
  // https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
  return createHash("sha1").update(`blob ${bytes}\0`);
}

/** Puts the beginning of a file through a hash. */
export async function hashBeginning(hash: Hash, path: string, bytes: number): Promise<void> {
  if (bytes === 0) return;
  for await (const piece of createReadStream(path, { end: bytes - 1 })) hash.update(piece as Buffer);
}
