import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { HubFile } from "./listing.ts";

/** The hashes that a file's content is put through: one of them must come out as its checksum says. */
function startHashes({ checksum, bytes }: HubFile): readonly Hash[] {
  // https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
  const git = (): Hash => createHash("sha1").update(`blob ${bytes}\0`);
  switch (checksum.kind) {
    case "sha256":
      return [createHash("sha256")];
    case "git":
      return [git()];
    case "sha1":
      return [git(), createHash("sha1")];
    case "name":
      return [];
  }
}

/** Whether a file's content is what its checksum says, as far as that says anything. */
export async function isWholeAndRight(file: HubFile, path: string): Promise<boolean> {
  const hashes = startHashes(file);
  await hashBeginning(hashes, path, file.bytes);
  return hashes.length === 0 || hashes.some((hash) => hash.digest("hex") === file.checksum.hex);
}

async function hashBeginning(hashes: readonly Hash[], path: string, bytes: number): Promise<void> {
  if (bytes === 0 || hashes.length === 0) return;
  for await (const piece of createReadStream(path, { end: bytes - 1 })) {
    for (const hash of hashes) hash.update(piece as Buffer);
  }
}
