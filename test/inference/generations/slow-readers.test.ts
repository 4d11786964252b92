import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveGeneration } from "../../../inference/index.ts";
import { HeldInference } from "./held-inference.ts";
import { drain, newGenerations, settle, start } from "./support.ts";

let inference: HeldInference;
beforeEach(() => {
  vi.useFakeTimers();
  inference = new HeldInference();
});
afterEach(() => void vi.useRealTimers());

describe("a slow reader", () => {
  const say = async (...pieces: readonly string[]): Promise<void> => {
    inference.chats[0]!.say(...pieces);
    await settle();
  };
  const count = (to: number): Promise<void> => say(...Array.from({ length: to }, (_, i) => `${i} `));

  async function begun(): Promise<LiveGeneration> {
    const generation = start(newGenerations(inference, { graceMs: 0 }), "g");
    void drain(generation.read(-1));
    await settle();
    return generation;
  }

  it("gets deltas put together, under the number of the last", async () => {
    const generation = await begun();
    const slow = generation.read(0);
    await count(100);
    await vi.advanceTimersByTimeAsync(1_000);
    const { value } = await slow.next();
    expect(value).toMatchObject({ type: "delta", seq: 100 });
    expect(value!.text).toMatch(/^0 1 2 .* 99 $/);
  });

  it("that has just come reads all there is one by one, and no burst cuts it off", async () => {
    const generation = await begun();
    await count(300);
    const newcomer = generation.read(0);
    await count(300);
    for (let seq = 1; seq <= 300; seq++) expect((await newcomer.next()).value).toMatchObject({ seq });
    expect((await newcomer.next()).value).toMatchObject({ seq: 301 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await newcomer.next()).value).toMatchObject({ seq: 600 });
  });

  it.each([
    ["events", () => count(257)],
    ["characters", () => say("x".repeat(256 * 1024 + 1), "x")],
  ])(
    "that is too far behind, in %s, and does not ask, is cut off with the number to resume from",
    async (_what, speak) => {
      const generation = await begun();
      const slow = generation.read(-1);
      await slow.next();
      expect(generation.numReaders).toBe(2);
      await vi.advanceTimersByTimeAsync(999);
      await speak();
      expect(generation.numReaders).toBe(2);
      await vi.advanceTimersByTimeAsync(1);
      await count(1);
      expect(generation.numReaders).toBe(1);
      await expect(slow.next()).rejects.toMatchObject({ code: "SLOW_CONSUMER", resumeAfter: 0 });
      expect(await slow.next()).toEqual({ done: true, value: undefined });
      expect((await generation.read(0).next()).value).toMatchObject({ seq: 1 });
    },
  );
});
