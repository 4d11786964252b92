import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ChatTask, ImageSource } from "../../../inference/index.ts";
import { type LlamaServer, llamaServer, startLlamaServer } from "./llama-server.ts";
import { closeAll, openEngine, told, until } from "./support.ts";

afterEach(closeAll);

async function example(name: string): Promise<ImageSource> {
  return { bytes: await readFile(join(import.meta.dirname, "../../../examples", `${name}.png`)) };
}

async function chat(text: string, changes: Partial<ChatTask> = {}): Promise<ChatTask> {
  const messages = [{ role: "USER", text, images: [await example("a-boat-a-gift-and-a-donut")] }] as const;
  return { kind: "chat", model: "chatty", messages, options: { maxTokens: 24 }, ...changes };
}

if (llamaServer === undefined) {
  console.log(
    "A real llama-server is not tried: there is none here, and LLAMA_SERVER names none (docs/other-engines.md).",
  );
}

describe.skipIf(llamaServer === undefined)("a real llama-server", () => {
  let server: LlamaServer;
  beforeAll(async () => void (server = await startLlamaServer()), 120_000);
  afterAll(() => server.kill());

  it("is known for what it is, and sees what is in the picture", async () => {
    const { engine, logged } = await openEngine(server.url);
    expect(logged).toEqual(["chatty is there: demo-llava, spoken to as llama-server"]);
    expect(engine.models()[0]).toMatchObject({ state: "READY", parameters: 1_875_648 });
    const model = { model: "chatty", image: await example("two-fish"), options: {} };
    const answer = await engine.submit({ kind: "answer", ...model, question: "What is in the picture?" });
    expect(answer).toMatchObject({ text: "two fish", finishReason: "STOP", tokens: 2 });
    const { text } = await engine.submit({ kind: "caption", ...model });
    expect(text).toMatch(/^two fish on a \w+ background$/);
  });

  it("tells a chat as it comes, its tokens and what it still knew of the prompt counted", async () => {
    const { engine } = await openEngine(server.url);
    const task = await chat("Describe the picture.");
    const { result, progress, deltas, text } = await told(engine, task);
    expect(result).toMatchObject({ text, tokens: deltas.at(-1)!.tokens, finishReason: "STOP" });
    expect(deltas.flatMap(({ tokenIds }) => tokenIds)).toEqual(result.tokenIds);
    expect(progress[0]).toMatchObject({ type: "started", promptTokens: result.promptTokens });
    const again = await told(engine, task);
    expect(again.text).toBe(text);
    expect(again.result.promptTokens).toBe(result.promptTokens);
    expect(again.result.reusedTokens).toBeGreaterThan(30);
    const salted = await told(engine, task, { salt: "ann" });
    expect([salted.text, salted.result.reusedTokens]).toEqual([text, 0]);
  });

  it("goes on from every beginning of an answer as if nothing had been", async () => {
    const { engine } = await openEngine(server.url);
    const whole = await told(engine, await chat("Describe the picture."));
    for (const { tokens } of whole.deltas.slice(0, -1)) {
      const before = whole.deltas.slice(0, tokens);
      const resumedText = before.map(({ text }) => text).join("");
      const resumedTokenIds = before.flatMap(({ tokenIds }) => tokenIds);
      const rest = await told(engine, await chat("Describe the picture.", { resumedTokenIds, resumedText }));
      expect(resumedText + rest.text).toBe(whole.text);
      expect(rest.result).toMatchObject({ text: whole.text, tokens: whole.result.tokens, finishReason: "STOP" });
    }
  });

  it("draws the same for the same seed, and stops where it is told to", async () => {
    const { engine } = await openEngine(server.url);
    const options = { maxTokens: 24, temperature: 1.5, topK: 50, topP: 1, repetitionPenalty: 1.1, seed: 7 };
    const draw = async () => (await told(engine, await chat("Describe the picture.", { options }))).text;
    expect(await draw()).toBe(await draw());
    const { result } = await told(engine, await chat("Describe the picture.", { options: { stop: [" gift"] } }));
    expect(result).toMatchObject({ finishReason: "STOP" });
    expect(result.text).not.toContain("gift");
    const short = await told(engine, await chat("Describe the picture.", { options: { maxTokens: 3 } }));
    expect(short.result).toMatchObject({ tokens: 3, finishReason: "LENGTH" });
  });

  it("frees its slot when a chat is left", async () => {
    const { engine } = await openEngine(server.url);
    const leaving = new AbortController();
    // A prompt that takes a while: the model's answers are short.
    const task = await chat("two fish and a red car on a blue background. ".repeat(24));
    const running = told(engine, task, { signal: leaving.signal });
    await until(async () => (await server.busySlots()) === 1);
    leaving.abort();
    await expect(running).rejects.toMatchObject({ code: "CANCELLED" });
    await until(async () => (await server.busySlots()) === 0, 2_000);
  });

  it("says whose fault it is", async () => {
    const { engine } = await openEngine(server.url);
    const long = engine.submit(await chat("what is it? ".repeat(600)));
    await expect(long).rejects.toMatchObject({ code: "PROMPT_TOO_LONG" });
    const torn = { bytes: Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(99)]) };
    const unread = engine.submit({ kind: "caption", model: "chatty", image: torn, options: {} });
    await expect(unread).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
    const beams = engine.submit(await chat("?", { options: { beams: 2 } }));
    await expect(beams).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });
});

describe.skipIf(llamaServer === undefined)("a llama-server that dies", () => {
  it("is missed, and asked again when it is back", async () => {
    const first = await startLlamaServer();
    const { engine } = await openEngine(first.url);
    const { text } = await told(engine, await chat("Describe the picture."));
    await first.kill();
    await expect(engine.submit(await chat("Describe the picture."))).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
    });
    await until(() => engine.models()[0]!.state === "FAILED");
    const second = await startLlamaServer({ port: Number(new URL(first.url).port) });
    await until(() => engine.models()[0]!.state === "READY");
    expect((await told(engine, await chat("Describe the picture."))).text).toBe(text);
    await second.kill();
  }, 120_000);
});
