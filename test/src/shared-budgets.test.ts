import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RedisServer, startRedis } from "../../bench/faults/redis-server.ts";
import { Quotas } from "../../cluster/redis/quotas.ts";
import { SharedBudgets } from "../../src/budgets/shared-budgets.ts";

let server: RedisServer;
const opened: Redis[] = [];
beforeAll(async () => void (server = await startRedis()));
afterAll(async () => {
  for (const redis of opened) redis.disconnect();
  await server.stop();
});

/** As one of several servers has them. */
function budgets(options = { maxChats: 8, chatTimeoutMs: 60_000 }): SharedBudgets {
  const redis = new Redis(server.url, { maxRetriesPerRequest: 0, commandTimeout: 500 });
  redis.on("error", () => undefined);
  opened.push(redis);
  return new SharedBudgets(new Quotas(redis), options);
}

beforeEach(async () => {
  const redis = new Redis(server.url);
  await redis.flushall();
  redis.disconnect();
});

const ann = { client: "ann", quota: { deviceMsPerMinute: 60_000, requestsPerMinute: 3, maxChats: 2 } };
const bob = { client: "bob", quota: {} };

describe("budgets of many servers", () => {
  it("are one: what is asked of one server is used at the other", async () => {
    const [one, two] = [budgets(), budgets()];
    for (const server of [one, two, one]) expect(await server.request(ann)).toBeUndefined();
    const refused = await two.request(ann);
    expect(refused?.retryAfterMs).toBeGreaterThan(19_000);
    expect(refused?.retryAfterMs).toBeLessThanOrEqual(20_000);
    expect(await two.request(bob)).toBeUndefined();
  });

  it("give back what was reserved and not used, and fill up with time", async () => {
    const [one, two] = [budgets(), budgets()];
    expect(await one.reserve(ann, 59_900)).toBeUndefined();
    expect((await two.reserve(ann, 1_000))?.retryAfterMs).toBeGreaterThan(700);
    await one.settle(ann, -1_000);
    expect(await two.reserve(ann, 1_000)).toBeUndefined();
    expect((await one.reserve(ann, 400))?.retryAfterMs).toBeGreaterThan(0);
    await delay(400);
    expect(await one.reserve(ann, 300)).toBeUndefined();
  });

  it("let no payer have more chats than it may, nor all that there are", async () => {
    const [one, two] = [budgets(), budgets()];
    const first = await one.beginChat(ann);
    expect(await two.beginChat(ann)).toHaveProperty("leave");
    expect(await one.beginChat(ann)).toHaveProperty("retryAfterMs");
    if ("leave" in first) await first.leave();
    expect(await two.beginChat(ann)).toHaveProperty("leave");
    let had = 0;
    while ("leave" in (await one.beginChat(bob))) had += 1;
    expect(had).toBeGreaterThan(2);
    expect(had).toBeLessThan(6);
  });

  it("free the place of a server that has died, after the longest that a chat may take", async () => {
    const short = budgets({ maxChats: 8, chatTimeoutMs: 100 });
    for (let i = 0; i < 2; i++) expect(await short.beginChat(ann)).toHaveProperty("leave");
    expect(await short.beginChat(ann)).toHaveProperty("retryAfterMs");
    await delay(150);
    expect(await short.beginChat(ann)).toHaveProperty("leave");
  });

  it("say so while Redis is away, within a second, and lose nothing that is settled by nobody", async () => {
    const one = budgets();
    await one.request(ann);
    await server.kill();
    await expect(one.request(ann)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(one.beginChat(ann)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(one.settle(ann, 5)).resolves.toBeUndefined();
    await server.start();
  });
});
