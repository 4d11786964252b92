import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Connections, connect } from "../../cluster/redis/connection.ts";
import { redisError } from "../../cluster/redis/redis-error.ts";
import { type RedisServer, startRedis } from "../../bench/faults/redis-server.ts";
import { InferenceError } from "../../inference/index.ts";
import { hasRedis } from "../support/redis.ts";

const away = { code: "UNAVAILABLE", retryAfterMs: 1_000 };

describe.skipIf(!hasRedis)("what fails over Redis", () => {
  let redis: RedisServer;
  let connections: Connections;
  beforeAll(async () => {
    redis = await startRedis();
    connections = connect(redis.url, () => undefined);
    await connections.commands.ping();
  });
  afterAll(async () => {
    connections.close();
    await redis.stop();
  });

  const failureOf = (answer: Promise<unknown>): Promise<unknown> =>
    answer.then(
      () => "nothing failed",
      (error: unknown) => error,
    );

  it("is Redis' where it is stopped, full, or gone", async () => {
    const { commands } = connections;
    process.kill(redis.pid, "SIGSTOP");
    const late = await failureOf(commands.ping());
    process.kill(redis.pid, "SIGCONT");
    await commands.config("SET", "maxmemory", "1");
    const full = await failureOf(commands.set("a", "b"));
    await commands.config("SET", "maxmemory", "0");
    const broken = failureOf(commands.blpop("nothing", 5));
    await redis.kill();
    const refused = await failureOf(commands.ping());
    const closed = new Redis(redis.url, { lazyConnect: true, retryStrategy: () => null });
    closed.on("error", () => undefined);
    const unconnected = await failureOf(closed.connect());
    const ended = await failureOf(closed.ping());
    for (const error of [late, full, await broken, refused, unconnected, ended]) {
      expect(error).toBeInstanceOf(Error);
      expect(redisError(error), String(error)).toMatchObject(away);
    }
    await redis.start();
    await delay(100);
  });

  it("is ours where Redis answers that it was asked wrongly, and stays what it was", async () => {
    const wrong = await failureOf(connections.commands.call("FCALL", "no_such_function", "0"));
    for (const error of [wrong, new TypeError("not a function"), "a text"]) expect(redisError(error)).toBe(error);
    const known = new InferenceError("NOT_FOUND", "It is not there.");
    expect(redisError(known)).toBe(known);
  });
});
