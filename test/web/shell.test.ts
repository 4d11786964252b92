import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../src/browser.ts";
import { TalkingInference } from "../src/talking-inference.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import { threeFamilies } from "../src/three-families.ts";
import { give } from "./search/support.ts";
import { builtPage } from "./support/built-page.ts";
import { visit } from "./support/room.ts";

const patience = { timeout: 30_000 };
const picture = { name: "cat.png", mimeType: "image/png", buffer: Buffer.from("picture:a cat") };

let server: TestServer<TalkingInference>;
let browser: Browser | undefined;
let page: Page;
beforeAll(async () => {
  const inference = new TalkingInference(threeFamilies);
  server = await startTestServer({ inference, webPage: await builtPage() });
  browser = await launchBrowser();
  if (browser !== undefined) ({ page } = await visit(browser, server.url, "/"));
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
});

const theme = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset.theme);

describe("the shell around the rooms", () => {
  it("leads from room to room without loading the page anew, and back", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
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
    if (!browser) return skip("no browser runs here");
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
    const plain = await launchBrowser(["--host-resolver-rules=MAP triptych.test 127.0.0.1"]);
    if (!plain) return skip("no browser runs here");
    await using named = await startTestServer({
      inference: new TalkingInference(threeFamilies),
      webPage: await builtPage(),
      env: { ALLOWED_HOSTS: "triptych.test" },
    });
    await named.gallery.add([{ image: { bytes: picture.buffer } }]);
    const { page: there, problems } = await visit(plain, named.url.replace("127.0.0.1", "triptych.test"), "/");
    expect(await there.evaluate(() => isSecureContext)).toBe(false);
    await there.locator("input[type=file]").setInputFiles(picture);
    await there.getByText("a cat", { exact: true }).first().waitFor(patience);
    await there.getByRole("button", { name: "Copy what BLIP said" }).click();
    await there.getByText("Not allowed").waitFor(patience);
    await there.getByRole("navigation").getByRole("link", { name: "Chat" }).click();
    await there.getByRole("textbox").first().waitFor(patience);
    await there.getByRole("navigation").getByRole("link", { name: "Search" }).click();
    await there.getByText("1 picture", { exact: true }).waitFor(patience);
    await give(there, "drop", [picture]);
    await there.getByText("best first").waitFor(patience);
    expect(problems).toEqual([]);
    await plain.close();
  }, 60_000);

  it("lets a keyboard go past the navigation", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await page.goto(server.url);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("room");
  });

  it("says what to do where a room's script is gone since the server was renewed, and keeps the others", async ({
    skip,
  }) => {
    if (!browser) return skip("no browser runs here");
    await page.route("**/assets/chat-room-*.js", (route) => route.fulfill({ status: 404 }));
    await page.goto(server.url);
    await page.getByRole("navigation").getByRole("link", { name: "Chat" }).click();
    await page.getByRole("button", { name: "Load the page again" }).waitFor(patience);
    await page.getByRole("navigation").getByRole("link", { name: "Compare" }).click();
    await page.getByRole("heading", { name: "BLIP-2" }).waitFor(patience);
    await page.unroute("**/assets/chat-room-*.js");
  });
});
