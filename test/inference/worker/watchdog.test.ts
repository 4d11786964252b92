import { describe, expect, it } from "vitest";
import { Activity, type Work } from "../../../inference/worker/activity.ts";
import { Watchdog, watchTimes } from "../../../inference/worker/watchdog.ts";

const pass: Work = { kind: "pass", what: "a pass" };

/** A watchdog that is told to look, as if each time so many milliseconds after the last. */
function watchdog(passTimeoutMs: number, device: "cpu" | "webgpu" = "cpu") {
  const activity = new Activity();
  const said: string[] = [];
  const times = watchTimes(device, passTimeoutMs);
  const dog = new Watchdog({
    ...times,
    activity,
    onSlow: (message) => void said.push(message),
    onHung: (message) => void said.push(message),
  });
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += times.everyMs) dog.check();
  };
  return { activity, said, pass };
}

/** Work that goes on until it is told to end. */
function begin(activity: Activity, work: Work): () => Promise<void> {
  let end: () => void = () => undefined;
  const done = activity.during(work, () => new Promise<void>((resolve) => (end = resolve)));
  return () => {
    end();
    return done;
  };
}

describe("the watchdog", () => {
  it("says once that a pass is slow, and once that it hangs", () => {
    const { activity, said, pass: wait } = watchdog(120_000);
    void begin(activity, pass);
    wait(30_000);
    expect(said).toEqual([]);
    wait(1_000);
    expect(said).toEqual(["has been running for 30 s: a pass"]);
    wait(300_000);
    expect(said).toEqual(["has been running for 30 s: a pass", "hung for 120 s: a pass"]);
  });

  it("says nothing of many passes one after the other, nor of an idle thread", async () => {
    const { activity, said, pass: wait } = watchdog(1_000);
    for (let i = 0; i < 100; i++) {
      const end = begin(activity, pass);
      wait(200);
      await end();
    }
    wait(10_000);
    expect(said).toEqual([]);
  });

  it("gives other steps, and passes on a GPU, five times as long", () => {
    for (const [device, kind] of [
      ["cpu", "step"],
      ["webgpu", "pass"],
    ] as const) {
      const { activity, said, pass: wait } = watchdog(1_000, device);
      void begin(activity, { kind, what: "work" });
      wait(4_900);
      expect(said).toEqual(["has been running for 1.25 s: work"]);
      wait(200);
      expect(said.at(-1)).toBe("hung for 5 s: work");
    }
  });
});

describe("an activity", () => {
  it("is seen through its shared memory until it ends, however it does", async () => {
    const activity = new Activity();
    const other = new Activity(activity.shared);
    expect(other.current).toBeUndefined();
    const end = begin(activity, { kind: "step", what: "größer ".repeat(100) });
    expect(other.current).toMatchObject({ number: 1, kind: "step" });
    expect(other.current!.what).toMatch(/^(größer ){20,}/);
    await end();
    expect(other.current).toBeUndefined();
    await expect(activity.during(pass, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(other.current).toBeUndefined();
  });
});
