import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TalkingInference } from "../src/talking-inference.ts";
import type { TestServer } from "../src/test-server.ts";
import { give } from "./support/given-files.ts";
import { patience } from "./support/patience.ts";
import { openRoom, type Room } from "./support/room.ts";
import { startTalkingServer } from "./support/talking-server.ts";

const picture = { name: "cat.png", mimeType: "image/png", buffer: Buffer.from("picture:a cat") };

let room: Room<TestServer<TalkingInference>> | undefined;
beforeAll(async () => void (room = await openRoom("/", startTalkingServer)), 60_000);
afterAll(() => room?.[Symbol.asyncDispose]());

const themeOf = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.documentElement.dataset.theme);

/** As a server in one's own network is reached, whose name no certificate is for. */
async function startNamedServer(): Promise<TestServer<TalkingInference>> {
  const server = await startTalkingServer({ env: { ALLOWED_HOSTS: "triptych.test" } });
  return { ...server, url: server.url.replace("127.0.0.1", "triptych.test") };
}

describe("the shell around the rooms", () => {
  it("leads from room to room without loading the page anew, and back", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.evaluate(() => void ((window as unknown as { isSame: boolean }).isSame = true));
    for (const [room, path] of [
      ["Chat", "/chat"],
      ["Search", "/search"],
      ["Compare", "/"],
    ] as const) {
      await page.getByRole("navigation").getByRole("link", { name: room }).click();
      await expect.poll(() => page.title(), patience).toBe(`${room} · Triptych`);
      expect(new URL(page.url()).pathname).toBe(path);
      expect(await page.getByRole("link", { name: room }).getAttribute("aria-current")).toBe("page");
    }
    await page.goBack();
    await expect.poll(() => page.title(), patience).toBe("Search · Triptych");
    expect(await page.evaluate(() => (window as unknown as { isSame?: boolean }).isSame)).toBe(true);
  });

  it("is as light or dark as the system, or as was chosen, which is remembered", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    const theme = () => themeOf(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(theme).toBe("dark");
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(theme).toBe("light");
    await page.getByLabel("Colours").selectOption("Dark");
    expect(await theme()).toBe("dark");
    await page.reload();
    await expect.poll(theme).toBe("dark");
    await page.getByLabel("Colours").selectOption("As the system");
    await expect.poll(theme).toBe("light");
  });

  it("does its work on an origin that is not secure, as in one's own network", async ({ skip }) => {
    await using named = await openRoom("/", startNamedServer, ["--host-resolver-rules=MAP triptych.test 127.0.0.1"]);
    if (!named) return skip("no browser runs here");
    const { page, server, problems } = named;
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    await page.locator("input[type=file]").setInputFiles(picture);
    await page.getByText("a cat", { exact: true }).first().waitFor(patience);
    await page.getByRole("button", { name: "Copy what BLIP said" }).click();
    await page.getByText("Not allowed").waitFor(patience);
    await page.getByRole("navigation").getByRole("link", { name: "Chat" }).click();
    await page.getByRole("textbox").first().waitFor(patience);
    await server.gallery.add([{ image: { bytes: picture.buffer } }]);
    await page.getByRole("navigation").getByRole("link", { name: "Search" }).click();
    await page.getByText("1 picture", { exact: true }).waitFor(patience);
    await give(page, "drop", [picture]);
    await page.getByText("best first").waitFor(patience);
    expect(problems).toEqual([]);
  }, 60_000);

  it("lets a keyboard go past the navigation", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    await page.goto(server.url);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("room");
  });

  it("says what to do where a room's script is gone since the server was renewed, and keeps the others", async ({
    skip,
  }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    await page.route("**/assets/chat-room-*.js", (route) => route.fulfill({ status: 404 }));
    await page.goto(server.url);
    await page.getByRole("navigation").getByRole("link", { name: "Chat" }).click();
    await page.getByRole("button", { name: "Load the page again" }).waitFor(patience);
    await page.getByRole("navigation").getByRole("link", { name: "Compare" }).click();
    await page.getByRole("heading", { name: "BLIP-2" }).waitFor(patience);
    await page.unroute("**/assets/chat-room-*.js");
  });
});
