import type { Redis } from "ioredis";
import { BlobError, type BlobStore } from "../../blobs/blob-store.ts";
import { checkedBytes, checkedName, nameOf } from "../../blobs/name.ts";
import { PREFIX } from "./names.ts";

/** Pictures of requests on their way to workers: kept in Redis, and forgotten some time after somebody sent them last. */
export class RedisBlobs implements BlobStore {
  readonly #redis: Redis;
  readonly #keepMs: number;

  /** The connection stays its owner's. */
  constructor(redis: Redis, { keepMs }: { readonly keepMs: number }) {
    this.#redis = redis;
    this.#keepMs = keepMs;
  }

  async put(bytes: Uint8Array): Promise<string> {
    const sha256 = nameOf(bytes);
    await orUnavailable(this.#redis.set(keyOf(sha256), Buffer.from(bytes), "PX", this.#keepMs));
    return sha256;
  }

  async get(sha256: string): Promise<Uint8Array | undefined> {
    const bytes = await orUnavailable(this.#redis.getBuffer(keyOf(sha256)));
    return bytes === null ? undefined : checkedBytes(sha256, bytes);
  }

  /** Whoever asks is about to need it: it is kept for as long again. */
  async has(sha256: string): Promise<boolean> {
    return (await orUnavailable(this.#redis.pexpire(keyOf(sha256), this.#keepMs))) === 1;
  }

  async remove(sha256s: readonly string[]): Promise<void> {
    if (sha256s.length > 0) await orUnavailable(this.#redis.del(sha256s.map(keyOf)));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new BlobError("unavailable", "Redis does not answer", { cause });
  }
}

function keyOf(sha256: string): string {
  return `${PREFIX}:blob:${checkedName(sha256)}`;
}
