import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import { expectSeeded } from "./support/seeded.ts";
import { startServer, type RealServer } from "../acceptance/support/server.ts";
import { launchBrowser } from "../src/browser.ts";
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
  await expectSeeded(server.url);
  if (browser !== undefined) ({ page } = await visit(browser, server.url, "/"));
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
});

describe.each(looks)("in %s, on a %s screen", (scheme, size) => {
  const shot = (name: string): Promise<void> => expectLooks(page, `${name}-${scheme}-${size}`);

  it("the room that compares looks as it did", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await page.setViewportSize(sizes[size]);
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(server.url);
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
    await page.getByRole("button", { name: "Forget all" }).click();
    // Until the browser has forgotten it too.
    await page.waitForTimeout(300);
  });
});
