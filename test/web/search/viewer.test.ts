import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RealServer } from "../../acceptance/support/server.ts";
import { expectAccessible } from "../support/accessible.ts";
import { galleryHas, startFilledServer } from "../support/filled-server.ts";
import { overflowOf } from "../support/overflow.ts";
import { patience } from "../support/patience.ts";
import { openRoom, type Room } from "../support/room.ts";
import { tiles } from "./support.ts";

let room: Room<RealServer> | undefined;
beforeAll(async () => void (room = await openRoom("/search", startFilledServer)), 120_000);
afterAll(() => room?.[Symbol.asyncDispose]());

const viewer = (page: Page) => page.getByRole("dialog", { name: "Picture" });
const inFocus = (page: Page) => () =>
  page.evaluate(() => document.activeElement?.querySelector("img")?.alt ?? document.activeElement?.tagName);

describe("a picture of the gallery", () => {
  it("opens large by Enter, leads to the next, and closes where it was left", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByText("24 pictures").waitFor(patience);
    const names = await tiles(page).evaluateAll((images) => images.map((image) => (image as HTMLImageElement).alt));
    await page.locator(".tile-open").first().focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(inFocus(page)).toBe(names[1]);
    await page.keyboard.press("Enter");
    await viewer(page).getByRole("heading", { name: names[1]! }).waitFor(patience);
    await page.keyboard.press("ArrowRight");
    await viewer(page).getByRole("heading", { name: names[2]! }).waitFor(patience);
    expect(await viewer(page).innerText()).toMatch(/384 × 384 · \d+ kB · added .*20\d\d/);
    await page.keyboard.press("Escape");
    await expect.poll(() => viewer(page).count()).toBe(0);
    await expect.poll(inFocus(page)).toBe(names[2]);
  });

  it.for(["light", "dark"] as const)("is accessible in %s, and fits a small screen", async (scheme, { skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.emulateMedia({ colorScheme: scheme });
    await page.locator(".tile-open").first().click();
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1400, height: 900 });
    await page.getByRole("button", { name: "Close" }).click();
  });

  it("is deleted when somebody says so twice, and the next one takes its place", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    const second = await tiles(page).nth(1).getAttribute("alt");
    await page.locator(".tile-open").first().click();
    await viewer(page).getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Keep" }).click();
    await galleryHas(server.url, 24);
    await viewer(page).getByRole("button", { name: "Delete" }).click();
    await expectAccessible(page);
    await page.getByRole("dialog", { name: "Delete this picture?" }).getByRole("button", { name: "Delete" }).click();
    await viewer(page).getByRole("heading", { name: second! }).waitFor(patience);
    await galleryHas(server.url, 23);
    await page.keyboard.press("Escape");
    await page.getByText("23 pictures").waitFor(patience);
  });

  it("leads to others like it, and to what the families say about it", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    const name = await tiles(page).nth(2).getAttribute("alt");
    await page.locator(".tile-open").nth(2).click();
    await viewer(page).getByRole("link", { name: "Find similar" }).click();
    await page.getByText("Pictures like this one").waitFor(patience);
    expect(await viewer(page).count()).toBe(0);
    await page.goBack();
    await page.getByAltText(name!).click();
    await viewer(page).getByRole("link", { name: "Ask about it in Compare" }).click();
    await page.locator(".picture-frame").getByAltText(name!).waitFor(patience);
  });
});

describe("several pictures", () => {
  it("are selected by clicks, ranges and keys, and deleted together", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    await page.goto(`${server.url}/search`);
    await tiles(page).first().waitFor(patience);
    const selection = page.getByRole("region", { name: "Selection" });
    await page.locator(".tile-check").nth(1).check();
    await page
      .locator(".tile-open")
      .nth(3)
      .click({ modifiers: ["Shift"] });
    expect(await selection.innerText()).toContain("3 selected");
    await expectAccessible(page);
    await page.locator(".tile-open").first().focus();
    await page.keyboard.press("Control+a");
    expect(await selection.innerText()).toContain("23 selected");
    await selection.getByRole("button", { name: "Clear" }).click();
    await expect.poll(inFocus(page)).toBe(await tiles(page).first().getAttribute("alt"));
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Escape");
    expect(await selection.count()).toBe(0);
    await page.locator(".tile-check").nth(0).check();
    await page
      .locator(".tile-check")
      .nth(4)
      .click({ modifiers: ["Shift"] });
    await page.keyboard.press("Delete");
    await page.getByRole("dialog", { name: "Delete 5 pictures?" }).getByRole("button", { name: "Delete" }).click();
    await page.getByText("18 pictures").waitFor(patience);
    await galleryHas(server.url, 18);
    await expect.poll(inFocus(page)).toBe(await tiles(page).first().getAttribute("alt"));
  });
});
