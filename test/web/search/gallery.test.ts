import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RealServer } from "../../acceptance/support/server.ts";
import { ask } from "../../src/test-server.ts";
import { NUM_EXAMPLES, startFilledServer } from "../support/filled-server.ts";
import { patience } from "../support/patience.ts";
import { openRoom, type Room } from "../support/room.ts";
import { tiles } from "./support.ts";

const NUM_ADDED = 288;
const A_BATCH = 32;

let room: Room<RealServer> | undefined;
beforeAll(async () => {
  room = await openRoom("/search", startFilledServer);
  if (!room) return;
  for (let start = 0; start < NUM_ADDED; start += A_BATCH) await addBatch(room.server.url, start);
  await room.page.reload();
}, 180_000);
afterAll(() => room?.[Symbol.asyncDispose]());

/** Pictures that are captioned by their numbers. */
async function addBatch(url: string, start: number): Promise<void> {
  const images = await Promise.all(Array.from({ length: A_BATCH }, (_, i) => numbered(start + i)));
  const { errors } = await ask(
    url,
    "mutation ($images: [AddImageInput!]!) { addImages(input: { images: $images }) { images { id } } }",
    { images },
  );
  expect(errors).toEqual([]);
}

async function numbered(number: number): Promise<object> {
  const background = { r: number % 256, g: Math.floor(number / 256) * 100, b: 120 };
  const png = await sharp({ create: { width: 16, height: 12, channels: 3, background } })
    .png()
    .toBuffer();
  return { image: { base64: png.toString("base64") }, caption: `number ${number}` };
}

describe("a gallery of a few hundred pictures", () => {
  it("comes as it is scrolled, to the very first, with few of them in the document", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByText(`${NUM_ADDED + NUM_EXAMPLES} pictures`).waitFor(patience);
    expect(await tiles(page).first().getAttribute("alt")).toBe(`number ${NUM_ADDED - 1}`);
    let most = 0;
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 1_200);
        most = Math.max(most, await tiles(page).count());
        return page.getByAltText("a red car and a sunflower").count();
      }, patience)
      .toBe(1);
    expect(most).toBeLessThan(130);
  });

  it("is where it was when somebody comes back from a search", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByAltText("a red car and a sunflower").hover();
    const before = await page.evaluate(() => scrollY);
    expect(before).toBeGreaterThan(3_000);
    await page.getByRole("link", { name: "Similar to a red car and a sunflower" }).click();
    await page.getByText("Pictures like this one").waitFor(patience);
    await page.goBack();
    await page.getByAltText("a red car and a sunflower").waitFor(patience);
    expect(Math.abs((await page.evaluate(() => scrollY)) - before)).toBeLessThan(200);
  });

  it("is walked through by keys, which never lose the focus", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    const inFocus = () => page.evaluate(() => document.activeElement?.querySelector("img")?.alt);
    await page.evaluate(() => scrollTo(0, 0));
    await page.locator('[data-tile="0"] .tile-open').focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(inFocus).toBe(`number ${NUM_ADDED - 2}`);
    await page.keyboard.press("End");
    await expect.poll(inFocus, patience).toMatch(/a red car and a sunflower/);
    await page.mouse.wheel(0, -4_000);
    await page.waitForTimeout(300);
    expect(await inFocus()).toMatch(/a red car and a sunflower/);
    await page.keyboard.press("Home");
    await expect.poll(inFocus, patience).toBe(`number ${NUM_ADDED - 1}`);
  });

  it("has rows of as many as fit, and shifts nothing while pictures load", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.reload();
    await tiles(page).first().waitFor(patience);
    await page.waitForTimeout(1_000);
    const shifted = await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts);
    expect(shifted.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.02);
    const boxes = await page
      .locator(".tile")
      .evaluateAll((all) => all.slice(0, 8).map((each) => each.getBoundingClientRect().top));
    expect(new Set(boxes.slice(0, 7)).size).toBe(1);
    expect(boxes[7]).toBeGreaterThan(boxes[0]!);
  });
});
