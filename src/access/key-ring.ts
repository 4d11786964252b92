import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { KeyEntry } from "./key-file.ts";
import { hashOfKey } from "./new-key.ts";

/**
 * Finds keys. They lie under names that are made with a secret of this process: how long it takes to find one, or not to,
 * tells nothing of the hashes that are there.
 */
export class KeyRing {
  readonly #secret = randomBytes(32);
  readonly #byName: ReadonlyMap<string, KeyEntry>;
  readonly #byId: ReadonlyMap<string, KeyEntry>;

  constructor(keys: readonly KeyEntry[]) {
    this.#byName = new Map(keys.map((key) => [this.#nameOf(Buffer.from(key.sha256, "hex")), key]));
    this.#byId = new Map(keys.map((key) => [idOf(key), key]));
  }

  /** The entry of a key that somebody brings. One that is not there costs the same as one that is. */
  find(key: string): KeyEntry | undefined {
    const hash = hashOfKey(key);
    const entry = this.#byName.get(this.#nameOf(hash));
    const isEqual = timingSafeEqual(entry === undefined ? hash : Buffer.from(entry.sha256, "hex"), hash);
    return isEqual ? entry : undefined;
  }

  byId(id: string): KeyEntry | undefined {
    return this.#byId.get(id);
  }

  #nameOf(hash: Buffer): string {
    return createHmac("sha256", this.#secret).update(hash).digest("base64");
  }
}

/** Names a key where it need not be found out: another under the same name has another. */
export function idOf({ sha256 }: KeyEntry): string {
  return sha256.slice(0, 16);
}
