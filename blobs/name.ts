import { createHash } from "node:crypto";
import { BlobError, maxBlobBytes } from "./blob-store.ts";

/** The bytes' SHA-256, 64 hexadecimal digits; more bytes than a blob may have are refused. */
export function nameOf(bytes: Uint8Array): string {
  if (bytes.byteLength <= maxBlobBytes) return createHash("sha256").update(bytes).digest("hex");
  throw new BlobError("refused", `a blob of ${bytes.byteLength} bytes is too large: at most ${maxBlobBytes} are kept`);
}

/** The name, if it is one of a blob: whatever else becomes part of paths and URLs is refused. */
export function checkedName(sha256: string): string {
  if (/^[0-9a-f]{64}$/.test(sha256)) return sha256;
  throw new BlobError("refused", "a blob is named by its SHA-256 as 64 lower-case hexadecimal digits");
}

/** The bytes, if they are those of this name. */
export function checkedBytes<Bytes extends Uint8Array>(sha256: string, bytes: Bytes): Bytes {
  if (bytes.byteLength <= maxBlobBytes && nameOf(bytes) === sha256) return bytes;
  throw new BlobError("corrupt", `what is kept as the blob ${sha256} is not what was put there`);
}
