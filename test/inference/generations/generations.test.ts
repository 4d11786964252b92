import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { InferenceError, type NumberedEvent } from "../../../inference/index.ts";
import { chatModel } from "./events.ts";
import { HeldInference } from "./held-inference.ts";
import { drain, newGenerations, settle, start } from "./support.ts";

let inference: HeldInference;
beforeEach(() => {
  vi.useFakeTimers();
  inference = new HeldInference();
});
afterEach(() => void vi.useRealTimers());

describe("a generation", () => {
  it("tells every reader everything, from wherever it reads, then ends", async () => {
    const generation = start(newGenerations(inference), "g");
    const early = drain(generation.read(-1));
    await settle();
    inference.chats[0]!.start();
    inference.chats[0]!.say("a", "", "b");
    const late = drain(generation.read(1));
    inference.chats[0]!.say("c");
    inference.chats[0]!.finish();
    const seen = await early;
    expect(seen.map(({ type, seq }) => `${seq} ${type}`)).toEqual([
      "0 queued",
      "1 started",
      "2 delta",
      "3 delta",
      "4 delta",
      "5 completed",
    ]);
    expect(seen.at(-1)).toMatchObject({ text: "abc", completionTokens: 4, promptTokens: 3, finishReason: "STOP" });
    expect(await late).toEqual(seen.slice(2));
    expect(await drain(generation.read(5))).toEqual([]);
  });

  it("fails with a code; what was unexpected is reported and not shown", async () => {
    const reported: unknown[] = [];
    const report = (cause: unknown): string => `report ${reported.push(cause)}`;
    const generations = newGenerations(inference, { report });
    const [a, b] = [start(generations, "a"), start(generations, "b")];
    await settle();
    inference.chats[0]!.fail(new InferenceError("PROMPT_TOO_LONG", "too long"));
    inference.chats[1]!.fail(new TypeError("secret"));
    expect((await drain(a.read(-1))).at(-1)).toMatchObject({
      code: "PROMPT_TOO_LONG",
      message: "too long",
      retryable: false,
    });
    expect((await drain(b.read(-1))).at(-1)).toMatchObject({
      code: "INTERNAL_SERVER_ERROR",
      message: expect.stringContaining("report 1") as string,
    });
    expect(reported).toEqual([new TypeError("secret")]);
  });

  it("fails when its pictures cannot be read, and asks nothing of inference", async () => {
    const generation = newGenerations(inference).start({
      id: "g",
      model: chatModel,
      client: "someone",
      fingerprint: Promise.resolve(""),
      prepare: () => Promise.reject(new InferenceError("IMAGE_UNREACHABLE", "gone")),
    });
    expect((await drain(generation.read(-1))).map(({ type }) => type)).toEqual(["queued", "failed"]);
    expect(inference.chats).toEqual([]);
  });
});

describe("the generations", () => {
  it("are found while they run and for the retention after their end", async () => {
    const generations = newGenerations(inference);
    const generation = start(generations, "g");
    await settle();
    inference.chats[0]!.finish();
    await settle();
    await vi.advanceTimersByTimeAsync(59_999);
    expect(generations.find("g")).toBe(generation);
    await vi.advanceTimersByTimeAsync(1);
    expect(generations.find("g")).toBeUndefined();
  });

  it("are as many as may run; more are refused, and say when to come again", async () => {
    const generations = newGenerations(inference);
    for (const id of ["a", "b", "c"]) start(generations, id);
    expect(() => start(generations, "d")).toThrow(expect.objectContaining({ code: "OVERLOADED" }) as Error);
    void generations.cancel("b");
    start(generations, "d");
    expect(generations.numRunning).toBe(3);
    expect(generations.failure(new InferenceError("OVERLOADED", "x", { retryAfterMs: 5 }))).toMatchObject({
      retryable: true,
      retryAfterMs: 5,
    });
    await settle();
  });

  it("that have ended are forgotten, the oldest first, when they are too many or too long", async () => {
    const generations = newGenerations(inference, { maxRunning: 10 });
    const end = async (id: string, text: string): Promise<void> => {
      start(generations, id);
      await settle();
      inference.chats.at(-1)!.say(text);
      inference.chats.at(-1)!.finish();
      await settle();
    };
    const known = (): string[] => ["a", "b", "c", "d"].filter((id) => generations.find(id));
    for (const id of ["a", "b", "c"]) await end(id, "x");
    expect(known()).toEqual(["b", "c"]);
    await end("d", "x".repeat(100));
    expect(known()).toEqual(["d"]);
  });

  it("say how many are before a newcomer, and how long it will wait by what the others waited", async () => {
    const generations = newGenerations(inference);
    const first = async (id: string): Promise<NumberedEvent> => {
      const { value } = await start(generations, id).read(-1).next();
      return value!;
    };
    expect(await first("a")).toMatchObject({ position: 0, estimatedWaitMs: 0 });
    expect(await first("b")).toMatchObject({ position: 1, estimatedWaitMs: 0 });
    await vi.advanceTimersByTimeAsync(400);
    inference.chats[0]!.start();
    expect(await first("c")).toMatchObject({ position: 1, estimatedWaitMs: 800 });
  });

  it("end with a code when the server stops; those that nobody reads, as soon as it begins to", async () => {
    const generations = newGenerations(inference);
    const reading = drain(start(generations, "read").read(-1));
    const unread = start(generations, "unread");
    generations.drain();
    expect(unread.isEnded).toBe(true);
    expect(() => start(generations, "new")).toThrow("stopping");
    generations.stop();
    expect((await reading).at(-1)).toMatchObject({ type: "failed", code: "MODEL_UNAVAILABLE", retryable: true });
    expect(generations.numRunning).toBe(0);
  });
});
