import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { BlobError, type BlobStore } from "../../blobs/blob-store.ts";
import { PREFIX } from "./names.ts";

/** Larger ones keep a Redis from answering others. */
const MAX_BYTES = 64 * 2 ** 20;

/** Pictures of requests on their way to workers: kept in Redis, and forgotten some time after somebody sent them last. */
export class RedisBlobs implements BlobStore {
  readonly #redis: Redis;
  readonly #keepMs: number;

  constructor(redis: Redis, { keepMs }: { readonly keepMs: number }) {
    this.#redis = redis;
    this.#keepMs = keepMs;
  }

  async put(bytes: Uint8Array): Promise<string> {
    if (bytes.byteLength > MAX_BYTES) throw new BlobError("refused", `At most ${MAX_BYTES} bytes are kept in Redis.`);
    const sha256 = hashOf(bytes);
    await orUnavailable(this.#redis.set(keyOf(sha256), Buffer.from(bytes), "PX", this.#keepMs));
    return sha256;
  }

  async get(sha256: string): Promise<Uint8Array | undefined> {
    const bytes = await orUnavailable(this.#redis.getBuffer(keyOf(sha256)));
    if (bytes === null) return undefined;
    if (hashOf(bytes) !== sha256) throw new BlobError("corrupt", `What Redis keeps as ${sha256} is something else.`);
    return bytes;
  }

  /** Whoever asks is about to need it: it is kept for as long again. */
  async has(sha256: string): Promise<boolean> {
    return (await orUnavailable(this.#redis.pexpire(keyOf(sha256), this.#keepMs))) === 1;
  }

  async remove(sha256s: readonly string[]): Promise<void> {
    if (sha256s.length > 0) await orUnavailable(this.#redis.del(sha256s.map(keyOf)));
  }

  /** The connection is somebody else's. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new BlobError("unavailable", "Redis does not answer.", { cause });
  }
}

function keyOf(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new BlobError("refused", "A blob's name is a SHA-256, 64 hexadecimal digits.");
  return `${PREFIX}:blob:${sha256}`;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
