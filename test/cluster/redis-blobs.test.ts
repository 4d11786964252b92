import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, startRedis } from "../../bench/faults/redis-server.ts";
import { RedisBlobs } from "../../cluster/redis/redis-blobs.ts";
import { blobSuite } from "../blobs/blob-suite.ts";
import { hasRedis } from "../support/redis.ts";

describe.skipIf(!hasRedis)("in Redis", () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  blobSuite("in Redis", async () => {
    await redis.flushall();
    return {
      open: () => Promise.resolve(new RedisBlobs(redis, { keepMs: 60_000 })),
      spoil: async (sha256, bytes) => {
        await redis.set(`triptych:blob:${sha256}`, Buffer.from(bytes));
      },
    };
  });

  it("is forgotten some time after somebody needed it last", async () => {
    const blobs = new RedisBlobs(redis, { keepMs: 200 });
    const sha256 = await blobs.put(Buffer.from("a picture"));
    await delay(120);
    expect(await blobs.has(sha256)).toBe(true);
    await delay(120);
    expect(await blobs.get(sha256)).toBeDefined();
    await delay(150);
    expect(await blobs.get(sha256)).toBeUndefined();
  });
});
