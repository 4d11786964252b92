import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectAccessible } from "../support/accessible.ts";
import { overflowOf } from "../support/overflow.ts";
import { patience } from "../support/patience.ts";
import { Stage } from "./stage.ts";
import type { Talk } from "./talk.ts";

const markdown = [
  "# Keys",
  "There are **two** *golden* keys, see [there](https://example.org) or ![them](https://example.org/keys.png).",
  "- one\n- two\n  1. and\n  2. so on",
  "> Said <b onclick=alert(1)>who</b>?",
  "| key | metal |\n|-|-:|\n| left | gold |\n| right | a-very-long-word-that-does-not-fit-a-small-screen-by-itself |",
  '```ts\nconst keys = ["left", "right"].map((name) => ({ name, metal: "gold", opens: undefined as string | undefined }));\n```',
  "<script>alert(1)</script>",
  "<img src=https://example.org/x.png onerror=alert(1)>",
].join("\n\n");
const shots = join(import.meta.dirname, "../../../test-results/web");

let stage: Stage | undefined;
beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  stage = await Stage.open();
}, 60_000);
beforeEach(() => stage?.reset());
afterAll(() => stage?.[Symbol.asyncDispose]());

describe("a long answer", () => {
  it("keeps its end in sight, unless its reader scrolls up; then a button leads to it", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, inference, gate } = stage;
    inference.script = async function* () {
      for (let i = 0; i < 60; i++) yield await gate.pass(`line ${i}\n\n`);
    };
    const latest = talk.button("Jump to the latest");
    await talk.begin("much?");
    gate.open(40);
    await expect.poll(() => talk.text(), patience).toContain("line 39");
    await expect.poll(() => fromEnd(talk), patience).toBeLessThan(2);
    await talk.log.hover();
    await page.mouse.wheel(0, -400);
    await latest.waitFor(patience);
    const top = await talk.log.evaluate((log) => log.scrollTop);
    gate.open(20);
    await talk.isWhole();
    expect(await talk.log.evaluate((log) => log.scrollTop)).toBe(top);
    await latest.click();
    expect(await talk.hasFocus(talk.log)).toBe(true);
    await expect.poll(() => fromEnd(talk), patience).toBeLessThan(2);
    expect(await latest.count()).toBe(0);
  }, 60_000);

  it("of all that Markdown has is accessible, loads nothing, and fits a small screen", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, inference } = stage;
    inference.script = () => [markdown];
    await talk.begin("all?");
    await talk.isWhole();
    await page.getByRole("heading", { name: "Keys" }).waitFor(patience);
    expect(await talk.turns.last().locator(".markdown :is(img, script, iframe)").count()).toBe(0);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
      await page.screenshot({ path: join(shots, `chat-markdown-${colorScheme}.png`) });
    }
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1400, height: 900 });
  }, 60_000);
});

/** Pixels of the log below what is in sight. */
function fromEnd({ log }: Talk): Promise<number> {
  return log.evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);
}
