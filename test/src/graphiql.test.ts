import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Gallery } from "../../gallery/gallery.ts";
import type { ExamplePicture } from "../../src/example-pictures.ts";
import { createExplorer, type Explorer } from "../../src/explorer.ts";
import { launchBrowser, openPage } from "./browser.ts";
import { runTab, tabTitles } from "./graphiql-page.ts";
import type { TalkingInference } from "./talking-inference.ts";
import { answerOf, startTestServer, type TestServer } from "./test-server.ts";

const shots = join(import.meta.dirname, "../../test-results");

const examples: readonly ExamplePicture[] = ["two dogs", "a cat and a bus", "a fish"].map((caption) => {
  const bytes = Buffer.from(`picture:${caption}`);
  return { id: createHash("sha256").update(bytes).digest("hex"), bytes, caption, questions: [] };
});

async function seededExplorer(gallery: Gallery): Promise<Explorer> {
  await gallery.add(examples.map(({ bytes, caption }) => ({ image: { bytes }, caption })));
  return createExplorer(gallery, examples);
}

let server: TestServer<TalkingInference>;
let browser: Browser | undefined;
beforeAll(async () => {
  server = await startTestServer({ explorer: seededExplorer });
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
    for (const title of tabTitles) {
      await runTab(page, title);
    }
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, "graphiql.png") });
    expect(outside).toEqual([]);
    expect(problems).toEqual([]);
  }, 300_000);
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
    await using empty = await startTestServer({ explorer: (gallery) => createExplorer(gallery, examples) });
    const html = await (await fetch(`${empty.url}/graphql`, { headers: { accept: "text/html" } })).text();
    expect(html).not.toContain('"defaultTabs"');
  });
});
