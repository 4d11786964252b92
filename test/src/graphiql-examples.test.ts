import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RealServer, root, startServer } from "../acceptance/support/server.ts";
import { eventually } from "../acceptance/support/wait.ts";
import { readExamplePictures, type ExamplePicture } from "../../src/example-pictures.ts";
import type { Page } from "playwright-core";
import { launchBrowser, openPage } from "./browser.ts";
import { runTab, shownIn, startTab, wholeTitles } from "./graphiql-page.ts";
import { ask } from "./test-server.ts";

/** Browsers are slow on busy machines. */
const patience = { timeout: 30_000 };
const shots = join(root, "test-results");
const examples = await readExamplePictures(join(root, "examples"));
/** To the first question about the first of them. */
const firstAnswer = Object.values(
  JSON.parse(readFileSync(join(root, "examples/captions.json"), "utf8")) as Readonly<Record<string, Truth>>,
)[0]!.questions[0]!.answer;

interface Truth {
  readonly questions: readonly { readonly answer: string }[];
}

let server: RealServer;
beforeAll(async () => {
  server = await startServer();
  await eventually("the examples are in the gallery", async () => {
    const { data } = await ask(server.url, "{ images(first: 1) { totalCount } }");
    const { totalCount } = data!.images as { readonly totalCount: number };
    return totalCount >= examples.length ? totalCount : undefined;
  });
});
afterAll(() => server[Symbol.asyncDispose]());

/** What a stranger sees who opens GraphiQL on a fresh start: true answers about the bundled pictures. */
describe("the example tabs on the bundled models", () => {
  it("all run, and say what is in the pictures", async ({ skip }) => {
    const browser = await launchBrowser();
    if (!browser) return skip("no browser runs here");
    try {
      const { page, outside, problems } = await openPage(browser, server.url);
      await page.goto(`${server.url}/graphql`);
      const said = new Map<string, Readonly<Record<string, unknown>>>();
      mkdirSync(shots, { recursive: true });
      for (const title of wholeTitles) {
        said.set(title, await runTab(page, title));
        await page.screenshot({ path: join(shots, `${title}.png`) });
      }
      expectTruth(said, examples[0]!);
      await expectComparison(page);
      await expectConversation(page);
      expect([outside, problems]).toEqual([[], []]);
    } finally {
      await browser.close();
    }
  }, 300_000);
});

/** Each family answers the comparison. */
async function expectComparison(page: Page): Promise<void> {
  await startTab(page, "CompareStream");
  await expect.poll(() => shownIn(page), patience).toMatch(/"BLIP"[^]*"BLIP2"|"BLIP2"[^]*"BLIP"/);
  expect(await shownIn(page)).not.toContain('"code"');
  await page.screenshot({ path: join(shots, "CompareStream.png") });
}

/** Its answer is streamed to its end, and true. */
async function expectConversation(page: Page): Promise<void> {
  await startTab(page, "Chat");
  await expect.poll(() => shownIn(page), patience).toContain("ChatCompleted");
  expect(await shownIn(page)).toContain(`"text": "${firstAnswer}"`);
  await page.screenshot({ path: join(shots, "Chat.png") });
}

function expectTruth(said: ReadonlyMap<string, Readonly<Record<string, unknown>>>, { caption }: ExamplePicture): void {
  const background = / on a (\w+) background$/.exec(caption)?.[1];
  expect(said.get("Caption")).toMatchObject({ caption: { text: caption } });
  expect(said.get("Ask")).toMatchObject({ background: { text: background } });
  expect(said.get("Choose")).toMatchObject({ vqa: { text: background } });
  expect(said.get("SearchByText")).toMatchObject({ retrieveImages: { edges: [{ node: { caption } }, {}, {}] } });
  expect(said.get("RankTexts")).toMatchObject({ retrieveTexts: [{ text: caption }, {}, {}, {}, {}] });
  const { models } = said.get("Models") as { readonly models: readonly { readonly state: string }[] };
  expect(new Set(models.map(({ state }) => state))).toEqual(new Set(["READY"]));
}
