import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { ChatTask } from "../../inference/index.ts";
import { chainedModel, ChainedInference, chainOf } from "../../bench/faults/chained-inference.ts";
import { hasRedis } from "../support/redis.ts";
import { OneRedis } from "./one-redis.ts";
import { asked, drain } from "./support.ts";

/** JSON has no such numbers. */
const unsendable: ChatTask = {
  ...{ kind: "chat", model: chainedModel.name, messages: [] },
  options: { maxTokens: 1n as unknown as number },
};

describe.skipIf(!hasRedis)("nodes over one Redis", () => {
  const over = new OneRedis();

  it("read what a worker says, wherever it was asked", async () => {
    over.worker();
    const [one, two] = [over.node(), over.node()];
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
    over.worker(inference);
    const [one, two] = [over.node(), over.node()];
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
    over.worker(new ChainedInference({ msPerToken: 20 }));
    const [one, two] = [over.node(), over.node()];
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
    const running = over.worker(inference);
    const [one, two] = [over.node({ graceMs: 300 }), over.node()];
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
    over.worker();
    const { inference } = over.node();
    await inference.ready();
    const image = { bytes: new Uint8Array([1, 2, 3]) };
    expect(await inference.submit({ kind: "inspect", image })).toEqual({ width: 3, height: 2, format: "png" });
    await expect(inference.submit({ kind: "shrink", image, side: 3 })).rejects.toMatchObject({
      code: "UNSUPPORTED_TASK",
    });
    const elsewhere = inference.submit({ kind: "embedText", model: "nobody's", text: "" });
    await expect(elsewhere).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
  });

  it("tells what is its own fault as such, and not as Redis'", async () => {
    over.worker();
    const reported: unknown[] = [];
    const { generations, inference } = over.node({ report: (cause) => `report ${reported.push(cause)}` });
    await inference.ready();
    const begin = () => ({ ...asked("m").begin!(), prepare: () => Promise.resolve(unsendable) });
    const error = await generations.open({ ...asked("m"), begin }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(generations.failure(error)).toMatchObject({ code: "INTERNAL_SERVER_ERROR", retryable: false });
    expect(reported).toEqual([error]);
    await expect(inference.submit(unsendable)).rejects.toBeInstanceOf(TypeError);
  });
});
