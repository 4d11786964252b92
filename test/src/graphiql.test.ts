import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Gallery } from "../../gallery/gallery.ts";
import type { ExamplePicture } from "../../src/example-pictures.ts";
import { createExplorer, type Explorer } from "../../src/explorer.ts";
import { launchBrowser, openPage } from "./browser.ts";
import { Gate } from "./gate.ts";
import { runTab, shownIn, startTab, tabTitles, wholeTitles } from "./graphiql-page.ts";
import { ChattingInference } from "../chat/chatting-inference.ts";
import { answerOf, startTestServer, type TestServer } from "./test-server.ts";
import { threeFamilies } from "./three-families.ts";

/** Browsers are slow on busy machines. */
const patience = { timeout: 30_000 };
const shots = join(import.meta.dirname, "../../test-results");

const examples: readonly ExamplePicture[] = ["two dogs", "a cat and a bus", "a fish"].map((caption) => {
  const bytes = Buffer.from(`picture:${caption}`);
  return { id: createHash("sha256").update(bytes).digest("hex"), bytes, caption, questions: [] };
});

async function seededExplorer(gallery: Gallery): Promise<Explorer> {
  await gallery.add(examples.map(({ bytes, caption }) => ({ image: { bytes }, caption })));
  return createExplorer({ gallery, inference }, examples);
}

const inference = new ChattingInference();
inference.served = [...threeFamilies];
let server: TestServer<ChattingInference>;
let browser: Browser | undefined;
beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  server = await startTestServer({ inference, explorer: seededExplorer, env: { CHAT_GRACE_MS: "100" } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
});

describe("GraphiQL in a browser that can reach nothing else", () => {
  it("opens with example tabs, each of which runs", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    const { page, outside, problems } = await openPage(browser, server.url);
    await page.goto(`${server.url}/`);
    await page.waitForSelector(".graphiql-tab");
    expect(await page.locator(".graphiql-tab").allInnerTexts()).toEqual(tabTitles);
    for (const title of wholeTitles) {
      await runTab(page, title);
    }
    await page.screenshot({ path: join(shots, "graphiql.png") });
    expect(outside).toEqual([]);
    expect(problems).toEqual([]);
  }, 300_000);

  it("streams a chat over WebSocket: what has come is shown while the rest is on its way", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    const words = new Gate();
    inference.script = async function* () {
      for (const word of ["a", " cat", " and", " two", " dogs"]) yield await words.pass(word);
    };
    const { page, outside, problems } = await openPage(browser, server.url);
    const sockets: string[] = [];
    page.on("websocket", (socket) => sockets.push(socket.url()));
    await page.goto(`${server.url}/`);
    await page.waitForSelector(".graphiql-tab");
    await startTab(page, "Chat");
    await expect.poll(() => shownIn(page), patience).toContain("ChatStarted");
    words.open(3);
    await expect.poll(() => shownIn(page), patience).toContain('"text": "a cat and"');
    await page.screenshot({ path: join(shots, "graphiql-chat.png") });
    words.open(2);
    await expect.poll(() => shownIn(page), patience).toContain("ChatCompleted");
    expect(await shownIn(page)).toContain('"text": "a cat and two dogs"');
    expect(sockets).toEqual([`${server.url.replace("http", "ws")}/graphql`]);
    expect([outside, problems]).toEqual([[], []]);
  }, 120_000);

  it("has left its chat when its tab is closed", async ({ skip }) => {
    // This Chromium ends with its first tab that is closed.
    const own = await launchBrowser();
    if (!own) return skip("no browser runs here");
    const words = new Gate();
    inference.script = async function* () {
      yield "a cat";
      yield await words.pass(" that is never told");
    };
    const { page } = await openPage(own, server.url);
    await page.goto(`${server.url}/`);
    await page.waitForSelector(".graphiql-tab");
    await startTab(page, "Chat");
    await expect.poll(() => shownIn(page), patience).toContain('"text": "a cat"');
    expect(inference.numChatting).toBe(1);
    await page.close();
    await expect.poll(() => inference.numChatting, patience).toBe(0);
    await own.close();
  }, 120_000);

  it("shows each model's answer of a comparison when it is ready", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    const models = new Gate();
    inference.before = () => models.pass(undefined);
    const { page, outside, problems } = await openPage(browser, server.url);
    await page.goto(`${server.url}/`);
    await page.waitForSelector(".graphiql-tab");
    await startTab(page, "CompareStream");
    for (const ready of [1, 2, 3]) {
      models.open(1);
      await expect.poll(async () => (await shownIn(page)).match(/"text": "/g)?.length, patience).toBe(ready);
      if (ready === 2) await page.screenshot({ path: join(shots, "graphiql-compare.png") });
    }
    inference.before = () => undefined;
    expect([outside, problems]).toEqual([[], []]);
  }, 120_000);
});

describe("GraphiQL's page", () => {
  it("is sent to browsers only, compressed where they can, under a strict policy", async () => {
    const page = await fetch(`${server.url}/graphql`, {
      headers: { accept: "text/html", "accept-encoding": "identity" },
    });
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    const zipped = await fetch(`${server.url}/graphql`, { headers: { accept: "text/html" } });
    expect(zipped.headers.get("content-encoding")).toBe("gzip");
    expect(await zipped.text()).toBe(await page.text());
    expect((await fetch(`${server.url}/graphql`, { headers: { accept: "application/json" } })).status).toBe(403);
  });

  it("is not there when the explorer is off", async () => {
    await using closed = await startTestServer({ env: { EXPLORER: "off" } });
    const response = await fetch(`${closed.url}/graphql`, { headers: { accept: "text/html" } });
    expect([response.status, (await answerOf(response)).codes]).toEqual([406, ["BAD_USER_INPUT"]]);
  });

  it("opens without tabs about pictures that are not there", async () => {
    await using empty = await startTestServer({
      explorer: (gallery) => createExplorer({ gallery, inference }, examples),
    });
    const html = await (await fetch(`${empty.url}/graphql`, { headers: { accept: "text/html" } })).text();
    expect(html).not.toContain('"defaultTabs"');
  });
});
