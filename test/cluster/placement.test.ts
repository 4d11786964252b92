import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chainedModel } from "../../bench/faults/chained-inference.ts";
import type { Member } from "../../cluster/member.ts";
import { placeFor } from "../../cluster/node/placement.ts";
import type { CaptionTask, ChatTask, ModelLoadView } from "../../inference/index.ts";

function worker(id: string, changes: Partial<Member> = {}): Member {
  return { id, state: "serving", models: [chainedModel], isLoaded: true, jobs: 0, slots: 16, devices: [], ...changes };
}

const idle: Omit<ModelLoadView, "model"> = {
  ...{ queued: 0, running: 0, meanEncodeBatch: 0, meanDecodeBatch: 0, encodedImages: 0, decodedTokens: 0 },
  ...{ generations: 0, sharedGenerations: 0, keptRows: 0, promptRows: 0, reusedRows: 0, networks: {}, passes: [] },
};

function deviceOf(state: string): Member["devices"][number] {
  const load = { ...idle, model: chainedModel.name };
  return { id: "cpu", kind: "cpu", state, models: [load], caches: [], restarts: { deaths: 0, replacements: 0 } };
}

function caption(picture: string): CaptionTask {
  return { kind: "caption", model: "chained", image: { bytes: Buffer.from(picture) }, options: {} };
}

function chat(text: string, more: string[] = []): ChatTask {
  const messages = [text, ...more].map((each) => ({ role: "USER" as const, text: each, images: [] }));
  return { kind: "chat", model: "chained", messages, options: {} };
}

const three = ["a", "b", "c"].map((id) => worker(id));

describe("a request's place", () => {
  it("is the same worker for the same picture, and for a conversation however long", () => {
    for (const picture of ["one", "two", "three"]) {
      expect(placeFor(caption(picture), three)).toBe(placeFor(caption(picture), three.toReversed()));
    }
    expect(placeFor(chat("hello"), three)).toBe(placeFor(chat("hello", ["and", "more"]), three));
  });

  it("stays for most when a worker comes or goes", () => {
    const pictures = Array.from({ length: 300 }, (_, i) => `picture ${i}`);
    const before = pictures.map((picture) => placeFor(caption(picture), three)!.id);
    const after = pictures.map((picture) => placeFor(caption(picture), three.slice(0, 2))!.id);
    const moved = before.filter((id, i) => id !== "c" && id !== after[i]);
    expect(moved).toEqual([]);
    expect(new Set(before).size).toBe(3);
  });

  it("is nobody's who fails, drains, is full or does not serve the model", () => {
    const failing = worker("f", { models: [{ ...chainedModel, state: "FAILED" }] });
    const others = [
      failing,
      worker("d", { state: "draining" }),
      worker("m", { models: [] }),
      worker("x", { jobs: 16 }),
    ];
    expect(placeFor(caption("any"), others)).toBeUndefined();
    expect(placeFor({ kind: "inspect", image: { bytes: Buffer.from("any") } }, [failing])).toBe(failing);
  });

  it("is with one that starts, or whose computing is silent, only where nobody else is left", () => {
    const starting = worker("s", { models: [{ ...chainedModel, state: "LOADING" }] });
    const asked = worker("o", { models: [{ ...chainedModel, state: "LOADING", isOnDemand: true }], jobs: 3 });
    expect(placeFor(caption("any"), [starting, asked])).toBe(asked);
    expect(placeFor(caption("any"), [starting, worker("x", { jobs: 16 })])).toBeUndefined();
    expect(placeFor(caption("any"), [starting])).toBe(starting);
    const silent = worker("s", { devices: [deviceOf("silent")] });
    const ready = worker("r", { devices: [deviceOf("ready")], jobs: 3 });
    expect(placeFor(caption("any"), [silent, ready])).toBe(ready);
    expect(placeFor(caption("any"), [silent])).toBe(silent);
  });

  it("gives no worker much more than the others have, whatever is asked", () => {
    const keys = fc.array(fc.constantFrom("same", "same", "same", "other", "third"), { minLength: 30, maxLength: 120 });
    fc.assert(
      fc.property(keys, (asked) => {
        const jobs = new Map(["a", "b", "c"].map((id) => [id, 0]));
        for (const key of asked) {
          const members = [...jobs].map(([id, count]) => worker(id, { jobs: count, slots: 1_000 }));
          const { id } = placeFor(caption(key), members)!;
          jobs.set(id, jobs.get(id)! + 1);
        }
        const mean = asked.length / 3;
        expect(Math.max(...jobs.values())).toBeLessThanOrEqual(Math.ceil(1.25 * (mean + 1)) + 1);
      }),
    );
  });
});
