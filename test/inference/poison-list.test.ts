import { describe, expect, it } from "vitest";
import type { CaptionTask } from "../../inference/index.ts";
import { PoisonList } from "../../inference/poison-list.ts";
import { chatTask } from "./generations/events.ts";

const image = { bytes: new Uint8Array([1, 2, 3]) };
const caption: CaptionTask = { kind: "caption", model: "m", image, options: { maxTokens: 5 } };
const options = { maxEntries: 2, keepMs: 1_000 };

describe("a list of poison", () => {
  it("refuses an equal task for a while, and no other", () => {
    let now = 0;
    const list = new PoisonList({ ...options, now: () => now });
    list.add(caption);
    now = 400;
    const equal = { ...caption, image: { bytes: new Uint8Array(image.bytes) } };
    expect(list.refusal(equal)).toMatchObject({ code: "MODEL_UNAVAILABLE", retryAfterMs: 600 });
    const others = [
      { ...caption, image: { bytes: new Uint8Array([1, 2, 4]) } },
      { ...caption, model: "n" },
      { ...caption, prompt: "a" },
      { ...caption, options: { maxTokens: 6 } },
    ];
    expect(others.map((other) => list.refusal(other))).toEqual(others.map(() => undefined));
    now = 1_000;
    expect(list.refusal(equal)).toBeUndefined();
  });

  it("knows a chat whatever its seed, which is another each time that its client gives none", () => {
    const list = new PoisonList(options);
    list.add({ ...chatTask, options: { ...chatTask.options, seed: 1 } });
    expect(list.refusal({ ...chatTask, options: { ...chatTask.options, seed: 2 } })).toBeDefined();
  });

  it("is nobody else's who asks with a salt", () => {
    const list = new PoisonList(options);
    list.add(caption, "acme");
    expect(list.refusal(caption, "acme")).toBeDefined();
    expect([list.refusal(caption, "umbrella"), list.refusal(caption)]).toEqual([undefined, undefined]);
  });

  it("forgets the oldest where it is full", () => {
    const list = new PoisonList(options);
    const tasks = ["a", "b", "c"].map((prompt) => ({ ...caption, prompt }));
    for (const task of tasks) list.add(task);
    expect(tasks.map((task) => list.refusal(task) !== undefined)).toEqual([false, true, true]);
  });
});
