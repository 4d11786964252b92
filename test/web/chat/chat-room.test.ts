import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, startServer, type RealServer } from "../../acceptance/support/server.ts";
import { expectAccessible } from "../support/accessible.ts";
import { overflowOf } from "../support/overflow.ts";
import { patience } from "../support/patience.ts";
import { openRoom, type Room } from "../support/room.ts";
import { Talk } from "./talk.ts";

const shots = join(root, "test-results/web");
const example = (name: string): string => join(root, "examples", name);

let room: Room<RealServer> | undefined;
let talk: Talk;
beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  room = await openRoom("/chat", startServer);
  if (room) talk = new Talk(room.page);
}, 120_000);
afterAll(() => room?.[Symbol.asyncDispose]());

describe("chatting with the bundled models", () => {
  it("begins with an example, and goes on about it", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    await talk.button("What is in the picture?").click();
    await talk.isWhole();
    const [caption] = await captionsShown();
    expect(caption).toContain(await talk.text());
    await talk.ask("what colour is the background?");
    await expect.poll(() => talk.turns.count(), patience).toBe(2);
    await talk.isWhole();
    expect(caption).toContain(await talk.text());
  }, 60_000);

  it("unfolds what an answer took", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const figures = talk.turns.last().locator(".answer-figures");
    await figures.locator("summary").click();
    expect(await figures.innerText()).toMatch(/\d+ tokens? in [\d.]+ m?s/);
    for (const part of ["the model ended it", "known already", "tokens/s", "First text after", "writing"]) {
      expect(await figures.innerText()).toContain(part);
    }
  });

  it("shows several pictures of one question, any of which can be taken away again", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await talk.button("New conversation").click();
    await talk.button("Add pictures").click();
    const files = ["three-cats.png", "a-pig.png", "a-ghost.png"].map(example);
    await page.locator("input[type=file]").setInputFiles(files);
    const thumbnails = page.locator(".composer .thumbnails li");
    await expect.poll(() => thumbnails.count(), patience).toBe(3);
    await talk.button("Remove a-ghost.png").click();
    await talk.button("Remove three-cats.png").click();
    expect(await focusedName()).toBe("Remove a-pig.png");
    await talk.ask("what is this?");
    await talk.isWhole();
    expect(await talk.text()).toContain("pig");
  }, 60_000);

  it("takes no more pictures than a conversation may show", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await talk.button("New conversation").click();
    await talk.button("Add pictures").click();
    await page.locator("input[type=file]").setInputFiles(Array.from({ length: 17 }, () => example("a-pig.png")));
    await page.getByText("up to 16 pictures").waitFor(patience);
    expect(await page.locator(".composer .thumbnails li").count()).toBe(16);
  });

  it("keeps conversations with their pictures over a reload; each has an address, a name, and an end", async ({
    skip,
  }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.reload();
    await talk.button("what is this?").click();
    await talk.turns.getByRole("img", { name: "a-pig.png" }).waitFor(patience);
    expect(new URL(page.url()).searchParams.get("conversation")).toMatch(/^[\da-f]{32}$/);
    await talk.button("Rename").click();
    await page.keyboard.type("The pig");
    await page.keyboard.press("Enter");
    await talk.button("The pig").waitFor(patience);
    expect(await focusedName()).toBe("Rename");
    await page.reload();
    await talk.button("The pig").waitFor(patience);
    await talk.button("Delete").click();
    await talk.button("Delete it for good").click();
    expect(await talk.button("The pig").count()).toBe(0);
    await page.reload();
    await talk.button("What is in the picture?").first().click();
    expect(await talk.button("The pig").count()).toBe(0);
    expect(await talk.turns.count()).toBe(2);
  }, 60_000);

  it("answers by the model and the settings that are chosen, and remembers them", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.locator(".settings summary").click();
    await page.getByLabel("Model", { exact: true }).selectOption("demo-blip2-opt");
    await page.getByLabel("Most tokens").fill("1");
    await page.reload();
    await talk.button("New conversation").click();
    await talk.log.getByRole("button", { name: "What is in the picture?" }).click();
    await talk.isWhole();
    expect(await talk.turns.last().innerText()).toMatch(/demo-blip2-opt[\s\S]*1 token in/);
    await page.locator(".settings summary").click();
    await page.getByLabel("Most tokens").fill("");
    await page.getByLabel("Temperature").fill("3");
    await talk.ask("and what is that?");
    await page.getByText("options.temperature must be between 0 and 2; it is 3.").waitFor(patience);
    await page.getByLabel("Temperature").fill("");
    await page.getByLabel("Model", { exact: true }).selectOption("demo-llava");
    await page.locator(".settings summary").click();
  }, 60_000);

  it.for(["light", "dark"] as const)(
    "is accessible in %s, empty, answered and unfolded",
    { timeout: 60_000 },
    async (scheme, { skip }) => {
      if (!room) return skip("no browser runs here");
      const { page } = room;
      await page.emulateMedia({ colorScheme: scheme });
      await talk.button("New conversation").click();
      const asked = talk.log.getByRole("button", { name: "Describe the picture." });
      await asked.waitFor(patience);
      await expectAccessible(page);
      await page.screenshot({ path: join(shots, `chat-empty-${scheme}.png`) });
      await asked.click();
      await talk.isWhole();
      await talk.turns.last().locator("summary").click();
      await expectAccessible(page);
      await page.screenshot({ path: join(shots, `chat-${scheme}.png`) });
      await page.locator(".settings summary").click();
      await talk.button("Add pictures").click();
      await talk.turns.last().getByRole("button", { name: "Edit" }).click();
      await expectAccessible(page);
      await page.screenshot({ path: join(shots, `chat-unfolded-${scheme}.png`) });
      await page.reload();
    },
  );

  it("is all in sight on a screen of 320 pixels, where the conversations are folded", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.setViewportSize({ width: 320, height: 640 });
    await talk.turns.first().waitFor(patience);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await page.screenshot({ path: join(shots, "chat-narrow.png") });
    await page.locator(".conversations summary").click();
    await expectAccessible(page);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await page.screenshot({ path: join(shots, "chat-narrow-list.png") });
    await talk.button("New conversation").click();
    await talk.button("Add pictures").click();
    await page.locator(".settings summary").click();
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  }, 60_000);

  it("asked for nothing from elsewhere, and had nothing to complain of", ({ skip }) => {
    if (!room) return skip("no browser runs here");
    expect(room.outside).toEqual([]);
    expect(room.problems).toEqual([]);
  });
});

function captionsShown(): Promise<(string | null)[]> {
  return talk.turns.locator("img").evaluateAll((images) => images.map((image) => image.getAttribute("alt")));
}

function focusedName(): Promise<string | null | undefined> {
  return talk.page.evaluate(
    () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent,
  );
}
