import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { mapBounded } from "../../gallery/map-bounded.ts";

test("keeps the order, whatever finishes first, and the limit", async () => {
  let running = 0;
  let most = 0;
  const results = await mapBounded([30, 1, 20, 2, 10], { limit: 2 }, async (ms, _, index) => {
    most = Math.max(most, ++running);
    await sleep(ms);
    running--;
    return `${index}:${ms}`;
  });
  expect(results).toEqual(["0:30", "1:1", "2:20", "3:2", "4:10"]);
  expect(most).toBe(2);
});

test("the first failure aborts the others, and nothing runs when it is reported", async () => {
  let running = 0;
  const started: number[] = [];
  const work = mapBounded([1, 2, 3, 4, 5, 6], { limit: 3 }, async (item, signal) => {
    started.push(item);
    running++;
    try {
      if (item === 2) throw new Error("two is wrong");
      await sleep(60_000, undefined, { signal });
    } finally {
      running--;
    }
  });
  await expect(work).rejects.toThrow("two is wrong");
  expect([started, running]).toEqual([[1, 2, 3], 0]);
});

test("many items may listen to their signal without a warning", async () => {
  const warnings: string[] = [];
  const note = (warning: Error): number => warnings.push(warning.name);
  process.on("warning", note);
  await mapBounded(Array.from({ length: 64 }), { limit: 64 }, async (_, signal) => {
    signal.addEventListener("abort", () => undefined);
    await sleep(5);
  });
  process.off("warning", note);
  expect(warnings).toEqual([]);
});

test("nothing to do takes no time", async () => {
  expect(await mapBounded([], { limit: 3, signal: AbortSignal.abort() }, () => Promise.reject(new Error()))).toEqual(
    [],
  );
});
