import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Entry } from "../../cluster/entry.ts";
import { RequestLog } from "../../cluster/redis/request-log.ts";
import type { WrittenRequest } from "../../cluster/redis/request-records.ts";
import { type RedisServer, startRedis } from "../../bench/faults/redis-server.ts";
import { hasRedis } from "../support/redis.ts";

let server: RedisServer;
let redis: Redis;
let log: RequestLog;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  log = new RequestLog(redis);
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const KEEP_MS = 60_000;
const done: Entry = { type: "failed", code: "CANCELLED", message: "", retryable: false };

function chat(id: string, changes: Partial<WrittenRequest> = {}): WrittenRequest {
  return {
    ...{
      id,
      client: "ann",
      fingerprint: `of ${id}`,
      kind: "chat",
      timeoutMs: 60_000,
      keepMs: KEEP_MS,
      graceMs: 10_000,
    },
    ...{ maxChats: 3, about: { priority: "interactive" }, task: "{}" },
    first: { type: "queued", position: 0, estimatedWaitMs: 0 },
    ...changes,
  };
}

function said(text: string, tokenIds = [1]): Entry {
  return { type: "tokens", tokenIds, text };
}

describe.skipIf(!hasRedis)("a request in Redis", () => {
  it("is written down once, with its first entry, and counted with its client's", async () => {
    expect(await log.submit(chat("a"))).toEqual({ state: "new", inFlight: 1 });
    expect(await log.submit(chat("a"))).toEqual({ state: "known" });
    expect(await log.submit(chat("b"))).toEqual({ state: "new", inFlight: 2 });
    expect(await log.read("a", 0)).toMatchObject({
      fingerprint: "of a",
      next: 1,
      isEnded: false,
      entries: [{ type: "queued" }],
    });
    expect(await log.read("nobody's", 0)).toBeUndefined();
  });

  it("is refused where as many chats run as may, until one ends", async () => {
    for (const id of ["a", "b", "c"]) await log.submit(chat(id));
    expect(await log.submit(chat("d"))).toEqual({ state: "full", running: 3 });
    expect((await log.submit(chat("a caption", { kind: "task" }))).state).toBe("new");
    await log.finish("b", 1, done, KEEP_MS);
    expect((await log.submit(chat("d"))).state).toBe("new");
  });

  it("takes entries of its latest run only, each at the number that comes next", async () => {
    await log.submit(chat("a"));
    const [first, second] = [
      { id: "a", holder: "one" },
      { id: "a", holder: "two" },
    ];
    expect(await log.take(first)).toMatchObject({ state: "taken", next: 1, deaths: 0, client: "ann", task: "{}" });
    expect(await log.append(first, 1, said("x"), KEEP_MS)).toMatchObject({ state: "ok" });
    expect(await log.append(first, 3, said("z"), KEEP_MS)).toEqual({ state: "conflict" });
    expect(await log.take(second)).toMatchObject({ state: "taken", next: 2 });
    expect(await log.append(first, 2, said("not to be"), KEEP_MS)).toEqual({ state: "fenced" });
    expect(await log.append(second, 2, said("y"), KEEP_MS)).toMatchObject({ state: "ok" });
    expect((await log.read("a", 1))!.entries).toEqual([said("x"), said("y")]);
  });

  it("takes what it has lost at its end from whoever has read it, at that end only, and lets its run go on behind", async () => {
    await log.submit(chat("a"));
    const run = { id: "a", holder: "one" };
    await log.take(run);
    expect(await log.restore("a", 2, [said("y")])).toEqual({ state: "conflict" });
    expect(await log.restore("a", 1, [said("x"), said("y")])).toMatchObject({ state: "ok" });
    expect(await log.restore("a", 1, [said("x")])).toEqual({ state: "conflict" });
    expect(await log.append(run, 2, said("y"), KEEP_MS)).toMatchObject({ state: "ok" });
    expect(await log.append(run, 3, said("z"), KEEP_MS)).toMatchObject({ state: "ok" });
    expect((await log.tail("a", 1))!.entries).toEqual([said("x"), said("y"), said("z")]);
    await log.append(run, 4, done, KEEP_MS);
    expect(await log.restore("a", 5, [said("!")])).toEqual({ state: "ended" });
    expect(await log.restore("nobody's", 0, [said("x")])).toEqual({ state: "gone" });
  });

  it("takes the same entry again as the one that it has: an answer may be lost", async () => {
    await log.submit(chat("a"));
    const run = { id: "a", holder: "one" };
    await log.take(run);
    for (let i = 0; i < 3; i++) expect(await log.append(run, 1, said("x"), KEEP_MS)).toMatchObject({ state: "ok" });
    expect(await log.append(run, 1, said("other"), KEEP_MS)).toEqual({ state: "conflict" });
    for (let i = 0; i < 2; i++) expect(await log.append(run, 2, done, KEEP_MS)).toMatchObject({ state: "ok" });
    expect((await log.read("a", 0))!.entries).toHaveLength(3);
  });

  it("gives what comes from some number on, alone, with the number of what comes next", async () => {
    expect(await log.tail("a", 0)).toBeUndefined();
    await log.submit(chat("a"));
    const run = { id: "a", holder: "one" };
    await log.take(run);
    for (const [i, text] of ["x", 'with "$" in it', "z"].entries()) await log.append(run, 1 + i, said(text), KEEP_MS);
    expect(await log.tail("a", 2)).toEqual({ next: 4, entries: [said('with "$" in it'), said("z")] });
    expect(await log.tail("a", 4)).toEqual({ next: 4, entries: [] });
    for (const from of [0, 1, 3])
      expect((await log.tail("a", from))!.entries).toEqual((await log.read("a", from))!.entries);
  });

  it("has one end, whoever brings it", async () => {
    await log.submit(chat("a"));
    const run = { id: "a", holder: "one" };
    await log.take(run);
    expect(await log.finish("a", 0, done, KEEP_MS)).toEqual({ state: "conflict" });
    expect(await log.finish("a", 1, done, KEEP_MS)).toMatchObject({ state: "ok" });
    expect(await log.finish("a", 2, done, KEEP_MS)).toEqual({ state: "ended" });
    expect(await log.append(run, 2, said("late"), KEEP_MS)).toEqual({ state: "ended" });
    expect(await log.take(run)).toEqual({ state: "ended" });
    expect(await log.stand(run)).toEqual({ state: "ended" });
    expect(await log.open()).toEqual([]);
    expect(await redis.hgetall("triptych:in-flight")).toEqual({});
  });

  it("counts the workers that died with it since it last came on, and no others", async () => {
    await log.submit(chat("a"));
    const run = (n: number) => ({ id: "a", holder: `worker ${n} run` });
    const deaths = async (n: number): Promise<unknown> => ((await log.take(run(n))) as { deaths?: number }).deaths;
    await redis.set("triptych:worker:worker 1", "", "PX", 60_000);
    expect([await deaths(1), await deaths(2), await deaths(3)]).toEqual([0, 0, 1]);
    await log.release(run(3), { hasFailed: false });
    expect(await deaths(4)).toBe(1);
    expect(await log.release(run(3), { hasFailed: true })).toEqual({ state: "fenced" });
    await log.append(run(4), 1, { type: "started", promptTokens: 1, reusedTokens: 0, imageCacheHit: false }, KEEP_MS);
    expect(await deaths(5)).toBe(2);
    await log.append(run(5), 2, said("x"), KEEP_MS);
    expect(await deaths(6)).toBe(1);
    await log.release(run(6), { hasFailed: true });
    expect(await deaths(7)).toBe(2);
  });

  it("knows since when nobody listens", async () => {
    await log.submit(chat("a"));
    await log.take({ id: "a", holder: "one" });
    await delay(60);
    const unwatched = async (): Promise<number> =>
      ((await log.stand({ id: "a", holder: "one" })) as { unwatchedMs: number }).unwatchedMs;
    expect(await unwatched()).toBeGreaterThanOrEqual(50);
    await log.listen(["a", "nobody's"]);
    expect(await unwatched()).toBeLessThan(50);
    expect(await redis.exists("triptych:request:nobody's")).toBe(0);
  });

  it("is forgotten some time after its end, and after its deadline in any case", async () => {
    await log.submit(chat("a", { timeoutMs: 100, keepMs: 50 }));
    await log.submit(chat("b", { keepMs: 50 }));
    await log.finish("b", 1, done, 50);
    await delay(80);
    expect([(await log.read("a", 0))?.next, await log.read("b", 0)]).toEqual([1, undefined]);
    await delay(120);
    expect(await redis.keys("triptych:log:*")).toEqual([]);
  });
});

describe.skipIf(!hasRedis)("whatever runs do in whatever order", () => {
  it("the log is one run after the other, without a gap, and ends once", async () => {
    const step = fc.record({
      run: fc.integer({ min: 0, max: 3 }),
      act: fc.constantFrom("take", "say", "say", "say", "end"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await redis.flushall();
        await log.submit(chat("a"));
        const written: string[] = [];
        const at = new Map<number, number>();
        let [holder, isEnded] = [-1, false];
        for (const [i, { run, act }] of steps.entries()) {
          const holding = { id: "a", holder: `run ${run}` };
          if (act === "take") {
            const taken = await log.take(holding);
            expect(taken.state).toBe(isEnded ? "ended" : "taken");
            if (taken.state === "taken") at.set(run, taken.next);
            if (taken.state === "taken") holder = run;
            continue;
          }
          const number = at.get(run) ?? 1;
          const entry = act === "end" ? done : said(`${i}`);
          const { state } = await log.append(holding, number, entry, KEEP_MS);
          const may = !isEnded && holder === run;
          expect(state).toBe(may ? "ok" : isEnded ? "ended" : "fenced");
          if (!may) continue;
          at.set(run, number + 1);
          written.push(act === "end" ? "end" : `${i}`);
          isEnded ||= act === "end";
        }
        const { entries, next } = (await log.read("a", 1))!;
        expect(entries.map((entry) => (entry.type === "tokens" ? entry.text : "end"))).toEqual(written);
        expect(next).toBe(written.length + 1);
      }),
      { numRuns: 60 },
    );
  });
});
