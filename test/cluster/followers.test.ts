import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { Followers } from "../../cluster/node/followers.ts";
import { RequestLog } from "../../cluster/redis/request-log.ts";
import { freePort } from "../../bench/faults/redis-server.ts";
import { hasRedis } from "../support/redis.ts";
import { OneRedis } from "./one-redis.ts";

describe.skipIf(!hasRedis)("what a node follows", () => {
  const over = new OneRedis();

  it("counts as listened to from the moment it is asked for, however long its node takes to tell of it", async () => {
    const redis = new Redis(over.redis.url);
    const log = new RequestLog(redis);
    await log.submit({
      ...{ id: "a", client: "ann", fingerprint: "of a", kind: "chat", maxChats: 3, task: "{}" },
      ...{ timeoutMs: 60_000, keepMs: 60_000, graceMs: 10_000, about: { priority: "interactive" } },
    });
    await log.take({ id: "a", holder: "one" });
    await delay(300);
    // It never answers, so that nothing can be told.
    const bells = new Redis({ port: await freePort(), maxRetriesPerRequest: null });
    bells.on("error", () => undefined);
    const followers = new Followers({ log, bells });
    const asked = followers.current("a");
    await delay(100);
    const stand = await log.stand({ id: "a", holder: "one" });
    expect(stand).toMatchObject({ state: "ok" });
    expect(stand.state === "ok" && stand.unwatchedMs).toBeLessThan(300);
    await expect(asked).rejects.toThrow("Redis");
    followers.close();
    bells.disconnect();
    redis.disconnect();
  });
});
