import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { InferenceError, type Task } from "../../../inference/index.ts";
import { launchBrowser } from "../../src/browser.ts";
import { Gate } from "../../src/gate.ts";
import { TalkingInference } from "../../src/talking-inference.ts";
import { startTestServer, type TestServer } from "../../src/test-server.ts";
import { expectAccessible } from "../support/accessible.ts";
import { builtPage } from "../support/built-page.ts";
import { visit } from "../support/room.ts";
import { patience } from "./support.ts";

let server: TestServer<TalkingInference>;
let browser: Browser | undefined;
let page: Page;
beforeAll(async () => {
  server = await startTestServer({ inference: new TalkingInference(), webPage: await builtPage() });
  browser = await launchBrowser();
  if (browser !== undefined) ({ page } = await visit(browser, server.url, "/search"));
}, 60_000);
afterEach(() => void (server.inference.before = () => undefined));
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
});

const uploads = () => page.getByRole("region", { name: "Uploads" });
const addFiles = (...words: readonly string[]): Promise<void> =>
  page
    .locator('input[type=file][aria-label="Add pictures"]')
    .setInputFiles(
      words.map((seen) => ({ name: `${seen}.png`, mimeType: "image/png", buffer: Buffer.from(`picture:${seen}`) })),
    );

/** Refuses the first so many tasks of a kind. */
function refuse(kind: Task["kind"], count: number): void {
  let left = count;
  server.inference.before = (task) => {
    if (task.kind === kind && left-- > 0) throw new InferenceError("OVERLOADED", "Busy.", { retryAfterMs: 300 });
  };
}

describe("the room that searches", () => {
  it("says what to do where there are no pictures yet", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await page.getByText("There are no pictures yet").waitFor(patience);
    await expectAccessible(page);
  });

  it("sends again what a busy server refused, by itself, until all is there", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    refuse("inspect", 4);
    await addFiles("a cat", "a dog", "a bird");
    await uploads().getByText("3 pictures added").first().waitFor(patience);
    expect(server.inference.count("inspect")).toBe(7);
    await page.getByText("3 pictures", { exact: true }).waitFor(patience);
    await uploads().getByRole("button", { name: "Close" }).click();
  });

  it("shows that it searches, and how many match once it has found them", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    const gate = new Gate();
    server.inference.before = ({ kind }) => (kind === "embedText" ? gate.pass(undefined) : undefined);
    await page.getByLabel("Search by words").fill("dog");
    await page.keyboard.press("Enter");
    await page.getByText("Searching …").waitFor(patience);
    expect(await page.locator(".grid-loading").count()).toBe(3);
    await expectAccessible(page);
    gate.open(1);
    await page.getByText("1 likely match").waitFor(patience);
    expect(await page.locator(".grid-loading").count()).toBe(0);
  });

  it("says that there is no room, and searches when somebody asks again", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    refuse("embedText", 1);
    await page.getByLabel("Search by words").fill("bird");
    await page.keyboard.press("Enter");
    const problem = page.getByRole("alert");
    await problem.getByText("more to do than it can do in time").waitFor(patience);
    await expectAccessible(page);
    await problem.getByRole("button", { name: "Try again" }).click();
    await page.getByText("1 likely match").waitFor(patience);
  });

  it("pauses uploads while the server is away, and goes on with all of them", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await page.route("**/graphql", (route) => route.abort());
    await addFiles("a fish", "a boat", "a hat", "a tree");
    await uploads().getByText("The server cannot be reached").first().waitFor(patience);
    await page.unroute("**/graphql");
    await uploads().getByRole("button", { name: "Go on" }).click();
    await uploads().getByText("4 pictures added").first().waitFor(patience);
    expect((await server.gallery.page({ first: 1 })).totalCount).toBe(7);
  });
});
