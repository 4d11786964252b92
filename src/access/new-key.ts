import { createHash, randomBytes } from "node:crypto";

/** By which people, and scanners for lost secrets, know a key. */
export const KEY_PREFIX = "tt_";
/** 256 bits, which nobody guesses: so their hash needs no salt, and need not be slow. */
const KEY_BYTES = 32;

/** A new random key. */
export function newKey(): string {
  return KEY_PREFIX + randomBytes(KEY_BYTES).toString("base64url");
}

/** Of a key only this is kept. */
export function hashOfKey(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
