import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { InferenceError } from "../errors.ts";
import type { ImageSource } from "../task.ts";

/** SHA-256 of the encoded bytes, hexadecimal: the picture's name in every cache. Does not read a file. */
export function imageDigest(source: ImageSource): string {
  return "bytes" in source ? sha256(source.bytes) : source.sha256;
}

/**
 * The encoded bytes. Throws NOT_FOUND when the file cannot be read, and IMAGE_UNREADABLE when it no longer has the
 * digest it was promised to have (its features would be cached under another picture's name).
 */
export async function imageBytes(source: ImageSource): Promise<Uint8Array> {
  if ("bytes" in source) return source.bytes;
  const bytes = await readFile(source.file).catch((cause: unknown) => {
    throw new InferenceError("NOT_FOUND", `The stored picture ${source.sha256} is gone.`, { cause });
  });
  if (sha256(bytes) === source.sha256) return bytes;
  throw new InferenceError("IMAGE_UNREADABLE", `The stored picture ${source.sha256} has been changed.`);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
