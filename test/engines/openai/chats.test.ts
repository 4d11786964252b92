import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { chainOf, nextToken, textOf } from "../../../bench/faults/chained-inference.ts";
import { type Behaviour, event } from "./fake-server.ts";
import { chatTask, closeAll, openEngine, startServer, told, until } from "./support.ts";

afterEach(closeAll);

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("a chat with a server that speaks OpenAI's protocol", () => {
  it.each(["llama-server", "vllm", "sglang", "openai"] as const)("is told as it comes from %s", async (kind) => {
    const server = await startServer({ kind });
    const { engine, logged } = await openEngine(server.url);
    const { result, progress, deltas, text } = await told(engine, chatTask("a"));
    expect(logged).toEqual([`chatty is there: llava, spoken to as ${kind}`]);
    expect(text).toBe(chainOf("a", 20));
    expect(deltas.flatMap(({ tokenIds }) => tokenIds)).toEqual(numbers(20));
    expect(deltas.map(({ tokens }) => tokens)).toEqual(numbers(20).map((i) => i + 1));
    const known = kind === "openai" ? { promptTokens: 1, reusedTokens: 0 } : { promptTokens: 10, reusedTokens: 2 };
    expect(progress[0]).toEqual({ type: "started", ...known, imageCacheHit: false });
    expect(result).toMatchObject({ text, tokens: 20, finishReason: "LENGTH", promptTokens: 10, reusedTokens: 2 });
    const { timing } = result;
    expect(timing.queueMs + timing.preprocessMs + timing.encodeMs + timing.decodeMs).toBeCloseTo(timing.totalMs, 0);
    expect(timing.decodeMs).toBeGreaterThan(15);
  });

  it("stops where it is told to, and says which model is meant", async () => {
    const server = await startServer();
    const { engine } = await openEngine(server.url, { maxTokens: 7 });
    const { result } = await told(engine, chatTask("a", { options: {} }));
    expect(result.tokens).toBe(7);
    expect(server.asked[0]).toMatchObject({ model: "llava", max_tokens: 7, temperature: 0, stream: true });
  });

  it("has an end by an end token, which is none of the answer's", async () => {
    const chunk = (content: string, predicted_n: number) =>
      event({ choices: [{ delta: { content } }], timings: { predicted_n } });
    const server = await startServer();
    const end = event({ choices: [{ delta: {}, finish_reason: "stop" }] });
    const usage = event({ choices: [], usage: { prompt_tokens: 4, completion_tokens: 3 } });
    server.behave = () => ({ raw: [chunk("o", 1), ": ping\n\n", chunk("ne", 2), end, usage, "data: [DONE]\n\n"] });
    const { engine } = await openEngine(server.url);
    const { result } = await told(engine, chatTask("a"));
    expect(result).toMatchObject({ text: "one", tokens: 2, tokenIds: [0, 1], finishReason: "STOP", promptTokens: 4 });
  });

  it("of no words has a beginning and an end", async () => {
    const server = await startServer();
    server.behave = () => ({ raw: [event({ choices: [{ delta: { content: null }, finish_reason: "stop" }] })] });
    const { engine } = await openEngine(server.url);
    const { result, progress } = await told(engine, chatTask("a"));
    expect(result).toMatchObject({ text: "", tokens: 0, finishReason: "STOP" });
    expect(progress.map(({ type }) => type)).toEqual(["started"]);
  });

  it("shares the server with no more than it is asked at once, the urgent first", async () => {
    const server = await startServer();
    const { engine } = await openEngine(server.url, { maxRunning: 2 });
    const order: string[] = [];
    const ask = async (name: string, priority?: "bulk" | "interactive"): Promise<void> => {
      await engine.submit(chatTask(name), priority === undefined ? {} : { priority });
      order.push(name);
    };
    const asked = [ask("a"), ask("b"), ask("c", "bulk"), ask("d"), ask("e", "interactive")];
    await until(() => server.numRunning === 2);
    const { devices } = await engine.scheduler();
    expect(devices[0]).toMatchObject({ kind: "openai", state: "ready", models: [{ queued: 3, running: 2 }] });
    await Promise.all(asked);
    expect(server.mostRunning).toBe(2);
    expect(order.indexOf("e")).toBeLessThan(order.indexOf("c"));
    expect(order.indexOf("d")).toBeLessThan(order.indexOf("c"));
    const after = await engine.scheduler();
    expect(after.devices[0]!.models[0]).toMatchObject({ queued: 0, running: 0, generations: 5, decodedTokens: 100 });
    expect(engine.expectedMs(chatTask("f"))).toBeGreaterThan(5);
  });

  it("is refused beyond what there is room for", async () => {
    const server = await startServer({ msPerToken: 20 });
    const { engine } = await openEngine(server.url, { maxRequests: 2 });
    const running = [engine.submit(chatTask("a")), engine.submit(chatTask("b"), { client: "bea" })];
    await expect(engine.submit(chatTask("c"))).rejects.toMatchObject({ code: "OVERLOADED" });
    await Promise.all(running);
  });
});

describe("a chat that is left", () => {
  it("closes its connection at once", async () => {
    const server = await startServer({ msPerToken: 10 });
    const { engine } = await openEngine(server.url);
    const leaving = new AbortController();
    const running = told(engine, chatTask("a", { options: { maxTokens: 500 } }), { signal: leaving.signal });
    await until(() => server.numRunning === 1);
    await delay(50);
    leaving.abort();
    await expect(running).rejects.toMatchObject({ code: "CANCELLED" });
    await until(() => server.numRunning === 0, 200);
    const { devices } = await engine.scheduler();
    expect(devices[0]!.models[0]).toMatchObject({ queued: 0, running: 0 });
  });

  it("gives up its place while it waits, and when its time is over", async () => {
    const server = await startServer();
    server.behave = () => ({ hangAfter: 2 });
    const { engine } = await openEngine(server.url, { maxRunning: 1 });
    const overdue = engine.submit(chatTask("a"), { timeoutMs: 300 });
    const leaving = new AbortController();
    const left = engine.submit(chatTask("b"), { signal: leaving.signal });
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(overdue).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    await until(() => server.numRunning === 0, 200);
    expect(server.asked).toHaveLength(1);
  });

  it("ends with its engine", async () => {
    const server = await startServer({ msPerToken: 10 });
    const { engine } = await openEngine(server.url);
    const running = engine.submit(chatTask("a", { options: { maxTokens: 500 } }));
    await until(() => server.numRunning === 1);
    await engine.close();
    await expect(running).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
    await until(() => server.numRunning === 0, 200);
    await expect(engine.submit(chatTask("b"))).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
  });
});

describe("an answer that breaks off", () => {
  const broken: Behaviour = { breakAfter: 8 };

  it.each(["llama-server", "vllm", "sglang"] as const)("goes on from its text, as %s has it", async (kind) => {
    const server = await startServer({ kind });
    server.behave = (nth) => (nth === 0 ? broken : undefined);
    const { engine } = await openEngine(server.url);
    const { result, deltas, text } = await told(engine, chatTask("a"));
    expect(text).toBe(chainOf("a", 20));
    expect(deltas.flatMap(({ tokenIds }) => tokenIds)).toEqual(numbers(20));
    expect(result).toMatchObject({ text, tokens: 20, promptTokens: 10 });
    const again = server.asked[1]!;
    // Of what is on its way when a connection is cut, some may never come.
    const said = 20 - again.max_tokens;
    expect(said).toBeGreaterThan(4);
    expect(again.continue_final_message).toBe(true);
    expect(again.messages.at(-1)).toEqual({ role: "assistant", content: chainOf("a", said) });
  });

  it("is given up when it breaks off again", async () => {
    const server = await startServer();
    server.behave = () => broken;
    const { engine } = await openEngine(server.url);
    await expect(engine.submit(chatTask("a"))).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
    expect(server.asked).toHaveLength(2);
  });

  it("is asked for anew where nothing was said, and not where nobody knows how to go on", async () => {
    const server = await startServer({ kind: "openai" });
    server.behave = (nth) => (nth === 0 ? { breakAfter: 0 } : nth === 2 ? broken : undefined);
    const { engine } = await openEngine(server.url);
    expect((await told(engine, chatTask("a"))).text).toBe(chainOf("a", 20));
    await expect(engine.submit(chatTask("b"))).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
  });

  it("is one where nothing comes any more, or no reason for its end", async () => {
    const server = await startServer();
    const [first, second] = [textOf(nextToken("b", "")), "data: [DONE]\n\n"];
    const unended = [event({ choices: [{ delta: { content: first } }] }), second];
    server.behave = (nth) => [{ hangAfter: 3 }, undefined, { raw: unended }][nth];
    const { engine } = await openEngine(server.url, { maxSilenceMs: 100 });
    for (const question of ["a", "b"]) {
      expect((await told(engine, chatTask(question))).text).toBe(chainOf(question, 20));
    }
    await until(() => server.numRunning === 0, 200);
  });

  it("that another worker began goes on here", async () => {
    const server = await startServer();
    const { engine } = await openEngine(server.url);
    const resumed = chatTask("a", { resumedTokenIds: numbers(15), resumedText: chainOf("a", 15) });
    const { result, deltas, text } = await told(engine, resumed);
    expect(chainOf("a", 15) + text).toBe(chainOf("a", 20));
    expect(deltas.flatMap(({ tokenIds }) => tokenIds)).toEqual([15, 16, 17, 18, 19]);
    expect(result).toMatchObject({ text: chainOf("a", 20), tokens: 20, promptTokens: 10 });
    const whole = chatTask("a", { resumedTokenIds: numbers(20), resumedText: chainOf("a", 20) });
    expect((await told(engine, whole)).result).toMatchObject({ finishReason: "LENGTH", tokens: 20 });
    expect(server.asked).toHaveLength(1);
    const textless = chatTask("a", { resumedTokenIds: [5, 7] });
    await expect(engine.submit(textless)).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
  });
});
