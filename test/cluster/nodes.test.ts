import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { ApiNode } from "../../cluster/node/api-node.ts";
import type { WorkerNode } from "../../cluster/worker/worker-node.ts";
import { type ChatTask, InferenceError } from "../../inference/index.ts";
import { chainedModel, ChainedInference, chainOf } from "../../bench/faults/chained-inference.ts";
import { type RedisServer, startRedis } from "../../bench/faults/redis-server.ts";
import { asked, drain, openNode, openWorker } from "./support.ts";
import { hasRedis } from "../support/redis.ts";

let redis: RedisServer;
beforeAll(async () => void (redis = await startRedis()));
afterAll(() => redis.stop());

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

function node(options: Parameters<typeof openNode>[1] = {}): ApiNode {
  const made = openNode(redis.url, options);
  opened.push(made);
  return made;
}

function worker(inference = new ChainedInference()): WorkerNode {
  const made = openWorker(redis.url, inference);
  // One that ended without a word would be taken for alive for a while.
  opened.push({ close: () => made.drain(0) });
  return made;
}

/** All workers have told how they are, and heard of the others. */
const TOLD_MS = 800;

/** JSON has no such numbers. */
const unsendable: ChatTask = {
  ...{ kind: "chat", model: chainedModel.name, messages: [] },
  options: { maxTokens: 1n as unknown as number },
};

function noRoom(): never {
  throw new InferenceError("OVERLOADED", "There is no room.");
}

describe.skipIf(!hasRedis)("nodes over one Redis", () => {
  it("read what a worker says, wherever it was asked", async () => {
    worker();
    const [one, two] = [node(), node()];
    await one.inference.ready();
    const reading = drain(await one.generations.open(asked("a")));
    await delay(30);
    const elsewhere = await drain(await two.generations.open({ id: "a", after: -1 }));
    const events = await reading;
    expect(elsewhere).toEqual(events);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
    expect(events.map(({ type }) => type).filter((type) => type !== "delta")).toEqual([
      "queued",
      "started",
      "completed",
    ]);
    expect(events.at(-1)!.text).toBe(chainOf("a", 20));
  });

  it("gives one generation to two who ask for the same at once", async () => {
    const inference = new ChainedInference();
    worker(inference);
    const [one, two] = [node(), node()];
    await Promise.all([one.inference.ready(), two.inference.ready()]);
    const all = await Promise.all(
      [one, two, one].map(async ({ generations }) => drain(await generations.open(asked("b")))),
    );
    expect(all.map((events) => events.at(-1)!.text)).toEqual(Array(3).fill(chainOf("b", 20)));
    expect(inference.numChats).toBe(1);
    await expect(two.generations.open(asked("b", { seed: "other" }))).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    await expect(two.generations.open(asked("c", { after: 3 }))).rejects.toMatchObject({ code: "GENERATION_EXPIRED" });
    await expect(two.generations.open(asked("b", { after: 300 }))).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });

  it("ends a chat from any node, with what there is", async () => {
    worker(new ChainedInference({ msPerToken: 20 }));
    const [one, two] = [node(), node()];
    await one.inference.ready();
    const reader = await one.generations.open(asked("d", { maxTokens: 500 }));
    await reader.next();
    await reader.next();
    await reader.next();
    expect(await two.generations.cancel("d")).toBe(true);
    expect(await two.generations.cancel("d")).toBe(false);
    expect(await two.generations.cancel("nobody's")).toBe(false);
    const rest = await drain(reader);
    expect(rest.at(-1)).toMatchObject({ type: "completed", finishReason: "CANCELLED" });
    expect(chainOf("d", 500).startsWith(rest.at(-1)!.text)).toBe(true);
  });

  it("ends one that nobody reads any more, wherever they read it", async () => {
    const inference = new ChainedInference({ msPerToken: 20 });
    const running = worker(inference);
    const [one, two] = [node({ graceMs: 300 }), node()];
    await one.inference.ready();
    const reader = await one.generations.open(asked("e", { maxTokens: 500 }));
    await reader.next();
    const other = await two.generations.open({ id: "e", after: -1 });
    await reader.return();
    await delay(3000);
    expect(running.numRunning).toBe(1);
    await other.return();
    await delay(3500);
    expect(running.numRunning).toBe(0);
    const events = await drain(await one.generations.open({ id: "e", after: 0 }));
    expect(events.at(-1)).toMatchObject({ type: "completed", finishReason: "CANCELLED" });
  });

  it("answers what is no chat, and says what went wrong", async () => {
    worker();
    const { inference } = node();
    await inference.ready();
    const image = { bytes: new Uint8Array([1, 2, 3]) };
    expect(await inference.submit({ kind: "inspect", image })).toEqual({ width: 3, height: 2, format: "png" });
    await expect(inference.submit({ kind: "shrink", image, side: 3 })).rejects.toMatchObject({
      code: "UNSUPPORTED_TASK",
    });
    const elsewhere = inference.submit({ kind: "embedText", model: "nobody's", text: "" });
    await expect(elsewhere).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
  });

  it("goes on with the next token on another worker when one is drained", async () => {
    const first = worker(new ChainedInference({ msPerToken: 10 }));
    const { generations, inference } = node();
    await inference.ready();
    const reading = drain(await generations.open(asked("f", { maxTokens: 100 })));
    await delay(200);
    worker(new ChainedInference({ msPerToken: 10 }));
    await delay(600);
    await first.drain(10_000);
    expect(first.numRunning).toBe(0);
    const events = await reading;
    expect(events.at(-1)!.text).toBe(chainOf("f", 100));
    expect(events.filter(({ type }) => type === "started")).toHaveLength(1);
  });

  it("goes on when its worker dies, and when the one dies that took over", async () => {
    const workers = [0, 1, 2].map(() => openWorker(redis.url, new ChainedInference({ msPerToken: 10 })));
    // The one that lives in the end.
    opened.push({ close: () => workers[0]!.drain(0) });
    const { generations, inference } = node();
    await inference.ready();
    const reader = await generations.open(asked("l", { maxTokens: 200 }));
    for (let deaths = 0; deaths < 2; deaths++) {
      for (let i = 0; i < 30; i++) await reader.next();
      const running = workers.findIndex(({ numRunning }) => numRunning > 0);
      await workers.splice(running, 1)[0]!.close();
    }
    expect((await drain(reader)).at(-1)!.text).toBe(chainOf("l", 200));
  });

  it("tells what is its own fault as such, and not as Redis'", async () => {
    worker();
    const reported: unknown[] = [];
    const { generations, inference } = node({ report: (cause) => `report ${reported.push(cause)}` });
    await inference.ready();
    const begin = () => ({ ...asked("m").begin!(), prepare: () => Promise.resolve(unsendable) });
    const error = await generations.open({ ...asked("m"), begin }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(generations.failure(error)).toMatchObject({ code: "INTERNAL_SERVER_ERROR", retryable: false });
    expect(reported).toEqual([error]);
    await expect(inference.submit(unsendable)).rejects.toBeInstanceOf(TypeError);
  });

  it("goes on on another worker while what computes starts anew, and back when that dies", async () => {
    const both = [0, 1].map(() => new ChainedInference({ msPerToken: 10 }));
    const workers = both.map(worker);
    const { generations, inference } = node();
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
    const { generations, inference } = node();
    for (const each of both) {
      worker(each);
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
    const { generations, inference } = node();
    both.forEach(worker);
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
    worker(new ChainedInference({ msPerToken: 10 }));
    const { generations, inference } = node();
    await inference.ready();
    const reading = drain(await generations.open(asked("g", { maxTokens: 100 })));
    await delay(200);
    await redis.kill();
    const startedAt = performance.now();
    await expect(generations.open(asked("h"))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(inference.submit({ kind: "inspect", image: { bytes: new Uint8Array(1) } })).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await redis.start();
    expect((await reading).at(-1)!.text).toBe(chainOf("g", 100));
    expect((await drain(await generations.open(asked("h")))).at(-1)!.text).toBe(chainOf("h", 20));
  });

  it("tells whoever has seen more than Redis has kept, and goes on for others", async () => {
    worker(new ChainedInference({ msPerToken: 30 }));
    const [one, two] = [node(), node()];
    await one.inference.ready();
    const reader = await one.generations.open(asked("i", { maxTokens: 60 }));
    for (let i = 0; i < 12; i++) await reader.next();
    const client = new Redis(redis.url);
    // As if the last entries had never been written to disk, and others came in their place.
    const request = "triptych:request:i";
    const next = Number(await client.hget(request, "next"));
    await client.hset(request, "holder", "nobody's run", "next", next - 3);
    for (let n = next - 3; n < next; n++) await client.xdel("triptych:log:i", `${n + 1}-0`);
    await client.call("XSETID", "triptych:log:i", `${next - 3}-0`);
    client.disconnect();
    const ended = await drain(reader).then(
      () => "to its end",
      (error: unknown) => (error as { code: string }).code,
    );
    // The same tokens may have come again before anybody looked.
    expect(["GENERATION_EXPIRED", "to its end"]).toContain(ended);
    const events = await drain(await two.generations.open({ id: "i", after: -1 }));
    expect(events.at(-1)!.text).toBe(chainOf("i", 60));
    await expect(two.generations.open({ id: "i", after: 1_000 })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });

  it("gives up what three workers died of, and nothing else with it", async () => {
    const client = new Redis(redis.url);
    const { generations, inference } = node();
    const first = worker();
    await inference.ready();
    await first.drain(0);
    const waiting = generations.open(asked("j"));
    await delay(300);
    await client.hset("triptych:request:j", "deaths", 3);
    client.disconnect();
    worker();
    const [poisoned, other] = [await drain(await waiting), await drain(await generations.open(asked("k")))];
    expect(poisoned.at(-1)).toMatchObject({ type: "failed", code: "POISON", retryable: false });
    expect(other.at(-1)!.text).toBe(chainOf("k", 20));
  });
});
