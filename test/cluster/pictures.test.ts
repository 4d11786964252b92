import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, startRedis } from "../../bench/faults/redis-server.ts";
import { fetchPictures, sendPictures } from "../../cluster/pictures.ts";
import { COMMAND_TIMEOUT_MS, type Connections, connect } from "../../cluster/redis/connection.ts";
import { RedisBlobs } from "../../cluster/redis/redis-blobs.ts";
import type { CaptionTask } from "../../inference/index.ts";
import { hasRedis } from "../support/redis.ts";

const task: CaptionTask = {
  ...{ kind: "caption", model: "m", options: {} },
  image: { bytes: Buffer.from("a picture") },
};

describe.skipIf(!hasRedis)("pictures on their way to workers", () => {
  let redis: RedisServer;
  let connections: Connections;
  let blobs: RedisBlobs;
  beforeAll(async () => {
    redis = await startRedis();
    connections = connect(redis.url, () => undefined);
    blobs = new RedisBlobs(connections.commands, { keepMs: 60_000 });
  });
  afterAll(async () => {
    connections.close();
    await redis.stop();
  });

  it("are what was sent, and travel by name alone", async () => {
    const travelling = await sendPictures(task, blobs);
    expect(JSON.stringify(travelling)).not.toContain("bytes");
    expect(await fetchPictures(travelling, blobs, new AbortController().signal)).toEqual(task);
  });

  it("are waited for while Redis is away, as long as somebody wants them", async () => {
    const travelling = await sendPictures(task, blobs);
    process.kill(redis.pid, "SIGSTOP");
    const giving = new AbortController();
    const [wanted, given] = [new AbortController().signal, giving.signal].map((signal) =>
      fetchPictures(travelling, blobs, signal).catch((error: unknown) => error),
    );
    await delay(COMMAND_TIMEOUT_MS);
    giving.abort();
    expect(await given).toMatchObject({ code: "UNAVAILABLE" });
    process.kill(redis.pid, "SIGCONT");
    expect(await wanted).toEqual(task);
  });
});
