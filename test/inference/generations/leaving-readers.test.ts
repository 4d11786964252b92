import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chatModel } from "./events.ts";
import { HeldInference } from "./held-inference.ts";
import { drain, newGenerations, settle, start } from "./support.ts";

let inference: HeldInference;
beforeEach(() => {
  vi.useFakeTimers();
  inference = new HeldInference();
});
afterEach(() => void vi.useRealTimers());

describe("when the last reader has left", () => {
  it("runs on for the grace time, then is cancelled with what there is", async () => {
    const generation = start(newGenerations(inference), "g");
    const [one, other] = [generation.read(-1), generation.read(-1)];
    await settle();
    inference.chats[0]!.start();
    inference.chats[0]!.say("so far");
    await one.return();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(generation.isEnded).toBe(false);
    await other.return();
    await other.return();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(inference.chats[0]!.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(inference.chats[0]!.signal.aborted).toBe(true);
    expect((await drain(generation.read(1))).at(-1)).toMatchObject({
      type: "completed",
      text: "so far",
      finishReason: "CANCELLED",
      promptTokens: 3,
      completionTokens: 1,
    });
  });

  it("runs on if somebody comes back in time, and anew has the whole grace time", async () => {
    const generation = start(newGenerations(inference), "g");
    for (let again = 0; again < 5; again++) {
      const reader = generation.read(-1);
      await reader.return();
      await vi.advanceTimersByTimeAsync(9_000);
    }
    expect(generation.isEnded).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(generation.isEnded).toBe(true);
  });

  it("is cancelled at once without a grace time, also while its pictures are read", async () => {
    const generations = newGenerations(inference, { graceMs: 0 });
    let signal: AbortSignal | undefined;
    const generation = generations.start({
      id: "g",
      model: chatModel,
      client: "someone",
      fingerprint: Promise.resolve(""),
      prepare: (given) => {
        signal = given;
        return new Promise(() => undefined);
      },
    });
    await generation.read(-1).return();
    expect(signal?.aborted).toBe(true);
    expect(generations.numRunning).toBe(0);
  });

  it("a next that waits is answered when its reader leaves", async () => {
    const generation = start(newGenerations(inference), "g");
    const reader = generation.read(0);
    const waiting = reader.next();
    await reader.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(generation.numReaders).toBe(0);
  });
});

describe("cancelling", () => {
  it("ends once, whatever comes at the same time, and is true only the first time", async () => {
    const reported: unknown[] = [];
    const report = (cause: unknown): string => `report ${reported.push(cause)}`;
    const generations = newGenerations(inference, { report });
    const generation = start(generations, "g");
    const reading = drain(generation.read(-1));
    await settle();
    const [chat] = inference.chats;
    chat!.start();
    chat!.say("a");
    const cancelled = Promise.all(["g", "g", "nobody"].map((id) => generations.cancel(id)));
    chat!.say("late");
    chat!.finish();
    await settle();
    expect(await cancelled).toEqual([true, false, false]);
    const seen = await reading;
    expect(seen.map(({ type }) => type)).toEqual(["queued", "started", "delta", "completed"]);
    expect(seen.at(-1)).toMatchObject({ finishReason: "CANCELLED", text: "a" });
    expect(reported).toEqual([]);
  });

  it("before it starts leaves an empty text", async () => {
    const generations = newGenerations(inference);
    const generation = start(generations, "g");
    await generations.cancel("g");
    expect((await drain(generation.read(-1))).at(-1)).toMatchObject({ text: "", promptTokens: 0, completionTokens: 0 });
  });
});
