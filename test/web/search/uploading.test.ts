import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RealServer } from "../../acceptance/support/server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { expectAccessible } from "../support/accessible.ts";
import { startFilledServer } from "../support/filled-server.ts";
import { example, give, type GivenFile } from "../support/given-files.ts";
import { overflowOf } from "../support/overflow.ts";
import { patience } from "../support/patience.ts";
import { openRoom, type Room } from "../support/room.ts";
import { tiles } from "./support.ts";

let room: Room<RealServer> | undefined;
beforeAll(async () => void (room = await openRoom("/search", startFilledServer)), 120_000);
afterAll(() => room?.[Symbol.asyncDispose]());

const uploads = (page: Page) => page.getByRole("region", { name: "Uploads" });
const picker = (page: Page, name: string) => page.locator(`input[type=file][aria-label="${name}"]`);

/** A picture of one colour that no other has. */
async function plain(number: number): Promise<GivenFile> {
  const create = { width: 24, height: 24, channels: 3, background: { r: number % 256, g: 90, b: 200 } } as const;
  return { name: `plain-${number}.png`, mimeType: "image/png", buffer: await sharp({ create }).png().toBuffer() };
}

describe("adding pictures", () => {
  it("adds those that are picked, and says of a broken one by name what is wrong with it", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByText("24 pictures").waitFor(patience);
    const broken = {
      name: "broken.png",
      mimeType: "image/png",
      buffer: (await example("a-pig.png")).buffer.subarray(0, 900),
    };
    await picker(page, "Add pictures").setInputFiles([...(await Promise.all([1, 2, 3, 4].map(plain))), broken]);
    await uploads(page).getByText("4 added, 1 failed").first().waitFor(patience);
    const failed = uploads(page).getByRole("list", { name: "Failed" });
    expect(await failed.innerText()).toMatch(/^broken\.png\s+This PNG picture is damaged/);
    expect(await uploads(page).innerText()).toContain("5 of 5 files");
    await page.getByText("28 pictures").waitFor(patience);
    await expectAccessible(page);
  });

  it("tries again what failed, when somebody says so, and is put away", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await uploads(page).getByRole("button", { name: "Try again" }).click();
    await uploads(page).getByText("4 added, 1 failed").first().waitFor(patience);
    await uploads(page).getByRole("button", { name: "Close" }).click();
    expect(await uploads(page).count()).toBe(0);
  });

  it("adds a folder with all that is in it, and lists what is no picture", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    const folder = temporaryFolder("holiday");
    await mkdir(join(folder, "beach"));
    await writeFile(join(folder, "notes.txt"), "sunny");
    for (const number of [5, 6]) await writeFile(join(folder, "beach", `${number}.png`), (await plain(number)).buffer);
    await picker(page, "Add a folder").setInputFiles(folder);
    await uploads(page).getByText("2 pictures added").first().waitFor(patience);
    await uploads(page).getByText("1 file is no picture").click();
    await uploads(page)
      .getByText(/holiday-.*\/notes\.txt/)
      .waitFor(patience);
    await uploads(page).getByRole("button", { name: "Close" }).click();
  });

  it("adds what is dropped where that is written, and shows it in front", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    const before = await tiles(page).count();
    await give(page, "drop", [await plain(7)], "[data-purpose=add]");
    await uploads(page).getByText("1 picture added").first().waitFor(patience);
    await page.getByText("31 pictures").waitFor(patience);
    expect(await tiles(page).count()).toBeGreaterThanOrEqual(before);
    expect(await tiles(page).first().getAttribute("alt")).toMatch(/^Picture from /);
    await uploads(page).getByRole("button", { name: "Close" }).click();
  });

  it("waits while it is paused, goes on in another room, and stops when cancelled", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    let numSent = 0;
    await page.route("**/graphql", async (route) => {
      if (route.request().headers()["content-type"]?.startsWith("multipart/") === true) {
        numSent += 1;
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      await route.continue().catch(() => undefined);
    });
    await picker(page, "Add pictures").setInputFiles(
      await Promise.all(Array.from({ length: 12 }, (_, i) => plain(20 + i))),
    );
    await uploads(page).getByRole("button", { name: "Pause" }).click();
    await expect.poll(() => uploads(page).getByRole("list", { name: "Being sent" }).count(), patience).toBe(0);
    const sentByThen = numSent;
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1400, height: 900 });
    expect([numSent, sentByThen < 12]).toEqual([sentByThen, true]);
    await uploads(page).getByRole("button", { name: "Go on" }).click();
    await page.getByRole("link", { name: "Compare" }).click();
    await expect.poll(() => numSent, patience).toBeGreaterThan(sentByThen + 1);
    await page.getByRole("link", { name: "Search" }).click();
    await uploads(page).getByRole("button", { name: "Cancel" }).click();
    const sentInAll = numSent;
    await page.waitForTimeout(400);
    expect(numSent).toBe(sentInAll);
  });
});
