import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { InferenceError, type Task } from "../../../inference/index.ts";
import { Gate } from "../../src/gate.ts";
import { demoModels, type TalkingInference } from "../../src/talking-inference.ts";
import type { TestServer } from "../../src/test-server.ts";
import { expectAccessible } from "../support/accessible.ts";
import { patience } from "../support/patience.ts";
import { openRoom, type Room } from "../support/room.ts";
import { startTalkingServer } from "../support/talking-server.ts";

let room: Room<TestServer<TalkingInference>> | undefined;
beforeAll(async () => {
  room = await openRoom("/search", () => startTalkingServer({ served: demoModels }));
}, 60_000);
afterEach(() => {
  if (room) room.server.inference.before = () => undefined;
});
afterAll(() => room?.[Symbol.asyncDispose]());

const uploads = (page: Page) => page.getByRole("region", { name: "Uploads" });
const addFiles = (page: Page, ...words: readonly string[]): Promise<void> =>
  page
    .locator('input[type=file][aria-label="Add pictures"]')
    .setInputFiles(
      words.map((seen) => ({ name: `${seen}.png`, mimeType: "image/png", buffer: Buffer.from(`picture:${seen}`) })),
    );

/** Refuses the first so many tasks of a kind. */
function refuse(inference: TalkingInference, kind: Task["kind"], count: number): void {
  let left = count;
  inference.before = (task) => {
    if (task.kind === kind && left-- > 0) throw new InferenceError("OVERLOADED", "Busy.", { retryAfterMs: 300 });
  };
}

describe("the room that searches", () => {
  it("says what to do where there are no pictures yet", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByText("There are no pictures yet").waitFor(patience);
    await expectAccessible(page);
  });

  it("sends again what a busy server refused, by itself, until all is there", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    refuse(server.inference, "inspect", 4);
    await addFiles(page, "a cat", "a dog", "a bird");
    await uploads(page).getByText("3 pictures added").first().waitFor(patience);
    expect(server.inference.count("inspect")).toBe(7);
    await page.getByText("3 pictures", { exact: true }).waitFor(patience);
    await uploads(page).getByRole("button", { name: "Close" }).click();
  });

  it("shows that it searches, and how many match once it has found them", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
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
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    refuse(server.inference, "embedText", 1);
    await page.getByLabel("Search by words").fill("bird");
    await page.keyboard.press("Enter");
    const problem = page.getByRole("alert");
    await problem.getByText("more to do than it can do in time").waitFor(patience);
    await expectAccessible(page);
    await problem.getByRole("button", { name: "Try again" }).click();
    await page.getByText("1 likely match").waitFor(patience);
  });

  it("pauses uploads while the server is away, and goes on with all of them", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    await page.route("**/graphql", (route) => route.abort());
    await addFiles(page, "a fish", "a boat", "a hat", "a tree");
    await uploads(page).getByText("The server cannot be reached").first().waitFor(patience);
    await page.unroute("**/graphql");
    await uploads(page).getByRole("button", { name: "Go on" }).click();
    await uploads(page).getByText("4 pictures added").first().waitFor(patience);
    expect((await server.gallery.page({ first: 1 })).totalCount).toBe(7);
  });
});
