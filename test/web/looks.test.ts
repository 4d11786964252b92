import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RealServer } from "../acceptance/support/server.ts";
import { Talk } from "./chat/talk.ts";
import { startFilledServer } from "./support/filled-server.ts";
import { patience } from "./support/patience.ts";
import { openRoom, type Room } from "./support/room.ts";
import { expectLooks } from "./support/screenshot.ts";

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 780 } } as const;
const looks = (["light", "dark"] as const).flatMap((scheme) =>
  (["wide", "narrow"] as const).map((size) => [scheme, size] as const),
);

let room: Room<RealServer> | undefined;
beforeAll(async () => void (room = await openRoom("/", startFilledServer)), 120_000);
afterAll(() => room?.[Symbol.asyncDispose]());

describe.each(looks)("in %s, on a %s screen", (scheme, size) => {
  const shot = (page: Page, name: string, part?: "in sight"): Promise<void> =>
    expectLooks(page, `${name}-${scheme}-${size}`, part);

  const enter = async ({ page, server }: Room<RealServer>, path: string): Promise<void> => {
    await page.setViewportSize(sizes[size]);
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(`${server.url}${path}`);
  };

  it("the room that compares looks as it did", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await enter(room, "/");
    await page.getByRole("button", { name: "two roses" }).waitFor(patience);
    await shot(page, "compare-empty");
    await page.getByLabel("Question").fill("how many roses are there?");
    await page.getByRole("button", { name: "two roses" }).click();
    for (const family of ["BLIP", "BLIP-2", "LLaVA"]) {
      await page.getByRole("article", { name: family, exact: true }).locator(".answer").waitFor(patience);
    }
    await page.getByRole("button", { name: "Ask", exact: true }).waitFor(patience);
    await page.getByRole("heading", { name: "Before" }).waitFor(patience);
    await shot(page, "compare-answered");
    await forgetAll(room);
  });

  it("the chat room looks as it did", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    const talk = new Talk(page);
    await enter(room, "/chat");
    await talk.button("What is in the picture?").waitFor(patience);
    await shot(page, "chat-empty");
    await talk.button("What is in the picture?").click();
    await talk.isWhole();
    await talk.ask("what color is the background?");
    await expect.poll(() => talk.turns.count(), patience).toBe(2);
    await talk.isWhole();
    await shot(page, "chat-answered");
    await forgetAll(room);
  });

  it("the room that searches looks as it did", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await enter(room, "/search");
    await page.getByText("24 pictures").waitFor(patience);
    await shot(page, "search-gallery", "in sight");
    await enter(room, "/search?text=three%20cats&family=BLIP");
    await page
      .getByText(/match \d+ %/)
      .first()
      .waitFor(patience);
    await shot(page, "search-results", "in sight");
    await page.locator(".tile-open").first().click();
    await page.getByRole("dialog", { name: "Picture" }).waitFor(patience);
    await shot(page, "search-viewer", "in sight");
  });
});

/** What the browser keeps of a visit would be seen at the next one. */
async function forgetAll({ page, server }: Room<RealServer>): Promise<void> {
  await page.goto(`${server.url}/health`);
  await page.evaluate(async () => {
    localStorage.clear();
    for (const { name } of await indexedDB.databases()) {
      await new Promise((resolve) => {
        const deleting = indexedDB.deleteDatabase(name!);
        deleting.onsuccess = deleting.onerror = deleting.onblocked = resolve;
      });
    }
  });
}
