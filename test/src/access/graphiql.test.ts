import { afterAll, beforeAll, expect, it } from "vitest";
import { createExplorer } from "../../../src/explorer.ts";
import { ChattingInference } from "../../chat/chatting-inference.ts";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openPage } from "../browser.ts";
import { shownIn } from "../graphiql-page.ts";
import { keys, startKeyedServer, type KeyedServer } from "./keyed-server.ts";

const patience = { timeout: 20_000 };
const inference = new ChattingInference();
let server: KeyedServer;
let browser: Browser | undefined;
beforeAll(async () => {
  server = await startKeyedServer({
    inference,
    explorer: (gallery) => createExplorer({ gallery, inference, entry: "by key" }, []),
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
});

it("GraphiQL has a place for the key, and asks and listens with it", async ({ skip }) => {
  if (!browser) return skip("no browser runs here");
  const { page } = await openPage(browser, server.url);
  const query = `subscription { chat(input: { messages: [{ role: USER, text: "hello there" }] }) { ... on ChatCompleted { text } } }`;
  await page.goto(`${server.url}/graphql?query=${encodeURIComponent(query)}`);
  await expect.poll(() => headersWritten(page, { authorization: `Bearer ${keys.acme}` }), patience).toBe(true);
  await page.waitForTimeout(500);
  await page.locator('button.graphiql-execute-button[aria-label^="Execute"]').click();
  await expect.poll(() => shownIn(page), patience).toContain("hello there");
  await page.close();
});

/** Writes over what the editor of headers holds; false where it was not listening yet, as on a busy machine. */
async function headersWritten(page: Page, headers: Readonly<Record<string, string>>): Promise<boolean> {
  const text = JSON.stringify(headers);
  const lines = page.locator(".graphiql-editor:not(.hidden) .view-lines", { hasText: "authorization" });
  await lines.click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(text);
  // What the editor closes by itself.
  await page.keyboard.press("ControlOrMeta+Shift+End");
  await page.keyboard.press("Delete");
  await page.waitForTimeout(200);
  return (await lines.innerText()).replaceAll("\u00a0", " ").trim() === text;
}
