import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { Stage } from "./stage.ts";

it("the chat room draws five hundred tokens a second without holding the page up", async ({ skip }) => {
  await using stage = await Stage.open();
  if (!stage) return skip("no browser runs here");
  const { page, talk, inference } = stage;
  inference.script = async function* () {
    const start = performance.now();
    for (let i = 0; i < 1_500; i++) {
      // By the clock: a timer that comes late is made up for.
      if (performance.now() < start + 2 * i) await delay(10);
      yield i % 40 === 39 ? " *word*.\n\n" : " word";
    }
  };
  await talk.button("New conversation").click();
  await page.evaluate(watchFrames);
  await talk.ask("much?");
  await talk.isWhole();
  // Text that comes pushes nothing aside that stood there.
  expect(await page.evaluate<number>("shifts.reduce((sum, shift) => sum + shift, 0)")).toBeLessThan(0.01);
  const gaps = await page.evaluate<number[]>("frameGaps");
  // 16.7 on a machine that does nothing else, all of them.
  expect(gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length * 0.9)]).toBeLessThan(50);
}, 60_000);

/** Notes the milliseconds between frames. */
function watchFrames(): void {
  const gaps: number[] = [];
  let last = performance.now();
  const frame = (now: number): void => {
    gaps.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const shifts: number[] = [];
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries() as (PerformanceEntry & { readonly value: number })[])
      shifts.push(shift.value);
  }).observe({ type: "layout-shift" });
  Object.assign(globalThis, { frameGaps: gaps, shifts });
}
