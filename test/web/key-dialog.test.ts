import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { threeFamilies } from "../src/three-families.ts";
import { ChattingInference } from "../chat/chatting-inference.ts";
import { addAs, keys, startKeyedServer, type KeyedServer } from "../src/access/keyed-server.ts";
import { expectAccessible } from "./support/accessible.ts";
import { builtPage } from "./support/built-page.ts";
import { patience } from "./support/patience.ts";
import { openRoom, type Room } from "./support/room.ts";
import { expectLooks } from "./support/screenshot.ts";

let room: Room<KeyedServer> | undefined;
beforeAll(async () => {
  const inference = new ChattingInference();
  inference.served.push(...threeFamilies);
  const start = async (): Promise<KeyedServer> => startKeyedServer({ inference, webPage: await builtPage() });
  room = await openRoom("/search", start);
  if (room) await addAs(room.server.url, "acme", "a cat");
}, 60_000);
afterAll(() => room?.[Symbol.asyncDispose]());

describe("the page of a server that wants to know who asks", () => {
  it("asks for a key, and nothing else can be done before", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    const dialog = page.getByRole("dialog", { name: "Your key" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    expect(await dialog.isVisible()).toBe(true);
    await expectAccessible(page);
    await expectLooks(page, "key-dialog-light-wide", "in sight");
  });

  it("says of a wrong one that it is", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByLabel("Key", { exact: true }).fill("tt_wrong");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => page.getByRole("alert").allInnerTexts(), patience)
      .toContain("The server does not know this key.");
  });

  it("shows with the right one what its tenant has, pictures too, and remembers it for the tab alone", async ({
    skip,
  }) => {
    if (!room) return skip("no browser runs here");
    const { page, outside } = room;
    await page.getByLabel("Key", { exact: true }).fill(keys.acme);
    await page.getByRole("button", { name: "Continue" }).click();
    const picture = page.getByRole("main").getByRole("img").first();
    await picture.waitFor();
    expect(await statusOf(await picture.getAttribute("src"))).toBe(200);
    await page.reload();
    await picture.waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await page.evaluate(() => [document.cookie, localStorage.length])).toEqual(["", expect.any(Number)]);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(keys.acme);
    expect(outside).toEqual([]);

    async function statusOf(src: string | null): Promise<number> {
      return page.evaluate(async (path) => (await fetch(path)).status, src ?? "");
    }
  });

  it("chats by it, over a socket", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    await page.getByRole("navigation").getByRole("link", { name: "Chat" }).click();
    const composer = page.getByRole("textbox");
    await composer.fill("hello there, who is it");
    // It sends nothing before it knows its models, nor what is empty.
    const asked = async (): Promise<number> => {
      await composer.press("Enter");
      return server.inference.numChats;
    };
    await expect.poll(asked, patience).toBe(1);
    await expect.poll(() => page.getByRole("main").innerText(), patience).toContain("hello there, who is it");
  });

  it("forgets it when it is told to", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByRole("button", { name: "Forget my key" }).click();
    await page.getByRole("dialog", { name: "Your key" }).waitFor();
    const status = await page.evaluate(async (path) => (await fetch(path)).status, `/images/${"0".repeat(64)}`);
    expect(status).toBe(401);
  });
});
