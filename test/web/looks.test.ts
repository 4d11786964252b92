import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type RealServer } from "../acceptance/support/server.ts";
import { launchBrowser } from "../src/browser.ts";
import { Talk } from "./chat/talk.ts";
import { galleryHas } from "./search/support.ts";
import { visit } from "./support/room.ts";
import { expectLooks } from "./support/screenshot.ts";

const patience = { timeout: 30_000 };
const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 780 } } as const;
const looks = (["light", "dark"] as const).flatMap((scheme) =>
  (["wide", "narrow"] as const).map((size) => [scheme, size] as const),
);

let server: RealServer;
let browser: Browser | undefined;
let page: Page;
beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  await galleryHas(server.url, 24);
  if (browser !== undefined) ({ page } = await visit(browser, server.url, "/"));
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
});

describe.each(looks)("in %s, on a %s screen", (scheme, size) => {
  const shot = (name: string, part?: "in sight"): Promise<void> => expectLooks(page, `${name}-${scheme}-${size}`, part);

  const enter = async (path: string): Promise<void> => {
    await page.setViewportSize(sizes[size]);
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(`${server.url}${path}`);
  };

  it("the room that compares looks as it did", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await enter("/");
    await page.getByRole("button", { name: "two roses" }).waitFor(patience);
    await shot("compare-empty");
    await page.getByLabel("Question").fill("how many roses are there?");
    await page.getByRole("button", { name: "two roses" }).click();
    for (const family of ["BLIP", "BLIP-2", "LLaVA"]) {
      await page.getByRole("article", { name: family, exact: true }).locator(".answer").waitFor(patience);
    }
    await page.getByRole("button", { name: "Ask", exact: true }).waitFor(patience);
    await page.getByRole("heading", { name: "Before" }).waitFor(patience);
    await shot("compare-answered");
    await forgetAll();
  });

  it("the chat room looks as it did", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    const talk = new Talk(page);
    await enter("/chat");
    await talk.button("What is in the picture?").waitFor(patience);
    await shot("chat-empty");
    await talk.button("What is in the picture?").click();
    await talk.isWhole();
    await talk.ask("what color is the background?");
    await expect.poll(() => talk.turns.count(), patience).toBe(2);
    await talk.isWhole();
    await shot("chat-answered");
    await forgetAll();
  });

  it("the room that searches looks as it did", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await enter("/search");
    await page.getByText("24 pictures").waitFor(patience);
    await shot("search-gallery", "in sight");
    await enter("/search?text=three%20cats&family=BLIP");
    await page
      .getByText(/match \d+ %/)
      .first()
      .waitFor(patience);
    await shot("search-results", "in sight");
    await page.locator(".tile-open").first().click();
    await page.getByRole("dialog", { name: "Picture" }).waitFor(patience);
    await shot("search-viewer", "in sight");
  });
});

/** What the browser keeps of a visit would be seen at the next one. */
async function forgetAll(): Promise<void> {
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
