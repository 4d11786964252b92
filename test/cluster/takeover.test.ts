import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { describe, expect, it, vi } from "vitest";
import type { Entry } from "../../cluster/entry.ts";
import { encode } from "../../cluster/redis/wire.ts";
import type { ApiNode } from "../../cluster/node/api-node.ts";
import { type GenerationReader, InferenceError } from "../../inference/index.ts";
import { ChainedInference, chainOf, nextToken } from "../../bench/faults/chained-inference.ts";
import { hasRedis } from "../support/redis.ts";
import { OneRedis, TOLD_MS } from "./one-redis.ts";
import { asked, drain, openWorker } from "./support.ts";

function noRoom(): never {
  throw new InferenceError("OVERLOADED", "There is no room.");
}

describe.skipIf(!hasRedis)("when a worker or Redis ends", () => {
  const over = new OneRedis();

  it("goes on with the next token on another worker when one is drained", async () => {
    const first = over.worker(new ChainedInference({ msPerToken: 10 }));
    const { generations, inference } = over.node();
    await inference.ready();
    const reading = drain(await generations.open(asked("f", { maxTokens: 100 })));
    await delay(200);
    over.worker(new ChainedInference({ msPerToken: 10 }));
    await delay(600);
    await first.drain(10_000);
    expect(first.numRunning).toBe(0);
    const events = await reading;
    expect(events.at(-1)!.text).toBe(chainOf("f", 100));
    expect(events.filter(({ type }) => type === "started")).toHaveLength(1);
  });

  it("goes on when its worker dies, and when the one dies that took over", async () => {
    const workers = [0, 1, 2].map(() => openWorker(over.redis.url, new ChainedInference({ msPerToken: 10 })));
    // The one that lives then.
    over.atEnd(() => workers[0]!.drain(0));
    const { generations, inference } = over.node();
    await inference.ready();
    const reader = await generations.open(asked("l", { maxTokens: 200 }));
    for (let deaths = 0; deaths < 2; deaths++) {
      for (let i = 0; i < 30; i++) await reader.next();
      const running = workers.findIndex(({ numRunning }) => numRunning > 0);
      await workers.splice(running, 1)[0]!.close();
    }
    expect((await drain(reader)).at(-1)!.text).toBe(chainOf("l", 200));
  });

  it("goes on on another worker while what computes starts anew, and back when that dies", async () => {
    const both = [0, 1].map(() => new ChainedInference({ msPerToken: 10 }));
    const workers = both.map((each) => over.worker(each));
    const { generations, inference } = over.node();
    await inference.ready();
    const reader = await generations.open(asked("n", { maxTokens: 300 }));
    for (let deaths = 0; deaths < 2; deaths++) {
      for (let i = 0; i < 20; i++) await reader.next();
      const i = workers.findIndex(({ numRunning }) => numRunning > 0);
      Object.assign(both[i]!, { state: "LOADING", numDeaths: 1 });
      await vi.waitUntil(() => workers[i]!.numRunning === 0 && workers[1 - i]!.numRunning > 0, { timeout: 5_000 });
      both[i]!.state = "READY";
      await delay(TOLD_MS);
    }
    expect((await drain(reader)).at(-1)!.text).toBe(chainOf("n", 300));
    expect(both.reduce((sum, { numChats }) => sum + numChats, 0)).toBe(3);
  });

  it("gives up what three computing processes died of, each on another worker or its own", async () => {
    const both = [0, 1].map(() => new ChainedInference({ msPerToken: 10 }));
    const { generations, inference } = over.node();
    for (const each of both) {
      over.worker(each);
      each.before = async () => {
        Object.assign(each, { state: "LOADING", numDeaths: each.numDeaths + 1 });
        setTimeout(() => (each.state = "READY"), TOLD_MS);
        while (each.state === "LOADING") await delay(10);
      };
    }
    await inference.ready();
    await delay(TOLD_MS);
    const events = await drain(await generations.open(asked("o")));
    expect(events.at(-1)).toMatchObject({ type: "failed", code: "POISON" });
    expect(both.reduce((sum, { numDeaths }) => sum + numDeaths, 0)).toBe(3);
  });

  it("gives what a worker has no room for to another, and says so where none has", async () => {
    const both = [0, 1].map(() => new ChainedInference());
    const { generations, inference } = over.node();
    for (const each of both) over.worker(each);
    await inference.ready();
    await delay(TOLD_MS);
    // Whichever is asked first has none, and after that both have.
    let numFull = 0;
    for (const each of both) each.before = () => (numFull++ === 0 ? noRoom() : undefined);
    expect((await drain(await generations.open(asked("p")))).at(-1)!.text).toBe(chainOf("p", 20));
    expect(both.map(({ numChats }) => numChats)).toEqual([1, 1]);
    for (const each of both) each.before = noRoom;
    const events = await drain(await generations.open(asked("q")));
    expect(events.at(-1)).toMatchObject({ type: "failed", code: "OVERLOADED", message: "There is no room." });
  });

  it("answers new work at once while Redis is away, and goes on with the old when it is back", async () => {
    over.worker(new ChainedInference({ msPerToken: 10 }));
    const { generations, inference } = over.node();
    await inference.ready();
    const reading = drain(await generations.open(asked("g", { maxTokens: 100 })));
    await delay(200);
    await over.redis.kill();
    const startedAt = performance.now();
    await expect(generations.open(asked("h"))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(inference.submit({ kind: "inspect", image: { bytes: new Uint8Array(1) } })).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await over.redis.start();
    expect((await reading).at(-1)!.text).toBe(chainOf("g", 100));
    expect((await drain(await generations.open(asked("h")))).at(-1)!.text).toBe(chainOf("h", 20));
  });

  it("writes anew what a Redis that died has lost at the end of a log, as long as a node has read it", async () => {
    const { reader, two } = await midway("i");
    await loseEnd("i", 3);
    const seen = await drain(reader);
    expect(seen.at(-1)!.text).toBe(chainOf("i", 60));
    const events = await drain(await two.generations.open({ id: "i", after: -1 }));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
    expect(events.at(-1)!.text).toBe(chainOf("i", 60));
    await expect(two.generations.open({ id: "i", after: 1_000 })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });

  it("tells whoever has seen more than Redis has kept where that has gone on otherwise, and goes on for others", async () => {
    const { reader, two } = await midway("gone on");
    await loseEnd("gone on", 3, (said) => {
      const [before, one] = [chainOf("gone on", said), chainOf("gone on", said + 1)];
      const tokenIds = [nextToken("gone on", before), nextToken("gone on", one)];
      return { type: "tokens", tokenIds, text: chainOf("gone on", said + 2).slice(before.length) };
    });
    await expect(drain(reader)).rejects.toMatchObject({ code: "GENERATION_EXPIRED" });
    const events = await drain(await two.generations.open({ id: "gone on", after: -1 }));
    expect(events.at(-1)!.text).toBe(chainOf("gone on", 60));
  });

  it("gives up what three workers died of, and nothing else with it", async () => {
    const client = new Redis(over.redis.url);
    const { generations, inference } = over.node();
    const first = over.worker();
    await inference.ready();
    await first.drain(0);
    const waiting = generations.open(asked("j"));
    await delay(300);
    await client.hset("triptych:request:j", "deaths", 3);
    client.disconnect();
    over.worker();
    const [poisoned, other] = [await drain(await waiting), await drain(await generations.open(asked("k")))];
    expect(poisoned.at(-1)).toMatchObject({ type: "failed", code: "POISON", retryable: false });
    expect(other.at(-1)!.text).toBe(chainOf("k", 20));
  });

  /** A chat of 60 tokens that is read on one of two nodes, and has come to some of them. */
  async function midway(id: string): Promise<{ readonly reader: GenerationReader; readonly two: ApiNode }> {
    over.worker(new ChainedInference({ msPerToken: 30 }));
    const [one, two] = [over.node(), over.node()];
    await one.inference.ready();
    const reader = await one.generations.open(asked(id, { maxTokens: 60 }));
    for (let i = 0; i < 12; i++) await reader.next();
    return { reader, two };
  }

  /** As if a chat's last entries had never been written to disk, where another may have come in their place. */
  async function loseEnd(id: string, count: number, other?: (said: number) => Entry): Promise<void> {
    const client = new Redis(over.redis.url);
    const [request, log] = [`triptych:request:${id}`, `triptych:log:${id}`];
    const next = Number(await client.hget(request, "next"));
    const losing = client.multi().hset(request, "next", next - count);
    for (let n = next - count; n < next; n++) losing.xdel(log, `${n + 1}-0`);
    losing.call("XSETID", log, `${next - count}-0`);
    if (other !== undefined) {
      losing.xadd(log, `${next - count + 1}-0`, "h", "nobody's run", "e", encode(other(next - count - 2)));
      losing.hset(request, "holder", "nobody's run", "next", next - count + 1);
    }
    await losing.exec();
    client.disconnect();
  }
});
