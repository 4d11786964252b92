import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RealServer } from "../../acceptance/support/server.ts";
import { expectAccessible } from "../support/accessible.ts";
import { startFilledServer } from "../support/filled-server.ts";
import { example, give } from "../support/given-files.ts";
import { overflowOf } from "../support/overflow.ts";
import { patience } from "../support/patience.ts";
import { openRoom, type Room } from "../support/room.ts";
import { firstIs, tiles } from "./support.ts";

let room: Room<RealServer> | undefined;
beforeAll(async () => void (room = await openRoom("/search", startFilledServer)), 120_000);
afterAll(() => room?.[Symbol.asyncDispose]());

const searchBox = (page: Page) => page.getByLabel("Search by words");

describe("searching over the bundled models", () => {
  it("shows the whole gallery first, in copies", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByText("24 pictures").waitFor(patience);
    await expect.poll(() => tiles(page).count()).toBeGreaterThan(14);
    await expect
      .poll(() =>
        tiles(page)
          .first()
          .evaluate((img: HTMLImageElement) => img.naturalWidth),
      )
      .toBe(320);
  });

  it("asks again for copies that the server had no room to make", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    let numRefused = 0;
    await page.route("**/images/**", (route) => {
      return numRefused++ < 10 ? route.fulfill({ status: 503, headers: { "retry-after": "1" } }) : route.continue();
    });
    await page.reload();
    await tiles(page).first().waitFor(patience);
    const numMissing = (): Promise<number> =>
      tiles(page).evaluateAll((all) => all.filter((each) => (each as HTMLImageElement).naturalWidth === 0).length);
    await expect.poll(async () => numRefused >= 10 && (await numMissing()), patience).toBe(0);
    await page.unroute("**/images/**");
  });

  it("finds by words, as soon as typing pauses, and says how well they fit", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.keyboard.press("/");
    await page.keyboard.type("three cats");
    await firstIs(page, /three cats/);
    expect(new URL(page.url()).search).toBe("?text=three+cats&family=BLIP");
    expect(await page.locator(".tile").first().innerText()).toMatch(/match > 99 %|match 9\d %/);
    await page.getByText("From here on, likely no match").waitFor(patience);
    expect(await page.getByRole("status").innerText()).toMatch(/likely match/);
  });

  it("goes back to where it was before anything was typed, and stays there", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.goBack();
    await page.getByText("24 pictures").waitFor(patience);
    await page.waitForTimeout(1_000);
    expect([new URL(page.url()).search, await searchBox(page).inputValue()]).toEqual(["", ""]);
    await page.goForward();
    await firstIs(page, /three cats/);
    expect(await searchBox(page).inputValue()).toBe("three cats");
  });

  it("finds with another family", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await searchBox(page).fill("a banana");
    await page.keyboard.press("Enter");
    await firstIs(page, /banana/);
    await page.getByText("BLIP-2", { exact: true }).click();
    await expect.poll(() => new URL(page.url()).search).toBe("?text=a+banana&family=BLIP2");
    await firstIs(page, /banana/);
    await page.getByText("BLIP", { exact: true }).click();
  });

  it("offers what was searched for, and is cleared by Escape", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await searchBox(page).fill("two keys");
    await page.keyboard.press("Enter");
    await firstIs(page, /two keys/);
    await searchBox(page).fill("");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await page.locator("[role=option][aria-selected=true]").innerText()).toBe("a banana");
    await page.keyboard.press("Enter");
    await firstIs(page, /banana/);
    await page.keyboard.press("Escape");
    await page.getByText("All pictures").first().waitFor(patience);
    expect(new URL(page.url()).search).toBe("");
  });

  it("finds pictures like one of the gallery, and goes back", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    await page.goto(`${server.url}/search?text=two+rockets&family=BLIP`);
    await firstIs(page, /two rockets/);
    await page.getByRole("link", { name: "Similar to two rockets" }).click();
    await page.getByText("Pictures like this one").waitFor(patience);
    await firstIs(page, /rocket/);
    expect(await page.locator(".tile").first().innerText()).toMatch(/similarity 0\.\d\d/);
    await page.goBack();
    await firstIs(page, /two rockets/);
    expect(await searchBox(page).inputValue()).toBe("two rockets");
  });

  it.for(["drop", "paste"] as const)("finds pictures like one by %s", async (how, { skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    await page.goto(`${server.url}/search`);
    await tiles(page).first().waitFor(patience);
    await give(page, how, [await example("a-ghost.png")]);
    await page.getByText("Pictures like yours").waitFor(patience);
    await firstIs(page, /a ghost/);
    expect(await page.getByAltText("a-ghost.png").count()).toBe(1);
  });

  it("says of a search by a picture of a page that is closed why it cannot be repeated", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.reload();
    await page.getByText("Drop it here again").waitFor(patience);
  });

  it.for(["light", "dark"] as const)("is accessible in %s", async (scheme, { skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    await page.emulateMedia({ colorScheme: scheme });
    for (const address of ["/search", "/search?text=a+pig&family=BLIP", "/search?similar=nonsense"]) {
      await page.goto(server.url + address);
      await (address.includes("nonsense") ? page.getByRole("alert") : tiles(page).first()).waitFor(patience);
      await expectAccessible(page);
    }
  });

  it("fits a screen of 320 pixels", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    await page.setViewportSize({ width: 320, height: 640 });
    for (const address of ["/search", "/search?text=a+pig&family=BLIP"]) {
      await page.goto(server.url + address);
      await tiles(page).first().waitFor(patience);
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    }
  });

  it("asked for nothing from elsewhere, and had nothing to complain of", ({ skip }) => {
    if (!room) return skip("no browser runs here");
    // A browser notes on its console what it was refused, as it was above.
    const unasked = room.problems.filter((problem) => !problem.includes("503"));
    expect([room.outside, unasked]).toEqual([[], []]);
  });
});
