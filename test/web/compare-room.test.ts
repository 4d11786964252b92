import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, startServer, type RealServer } from "../acceptance/support/server.ts";
import { eventually } from "../acceptance/support/wait.ts";
import { expectAccessible } from "./support/accessible.ts";
import { example, give } from "./support/given-files.ts";
import { overflowOf } from "./support/overflow.ts";
import { patience } from "./support/patience.ts";
import { openRoom, type Room } from "./support/room.ts";

const families = ["BLIP", "BLIP-2", "LLaVA"] as const;

let room: Room<RealServer> | undefined;
beforeAll(async () => void (room = await openRoom("/", startServer)), 120_000);
afterAll(() => room?.[Symbol.asyncDispose]());

const column = (page: Page, family: string) => page.getByRole("article", { name: family, exact: true });

/** What each family says, once all have said something. */
async function answers(page: Page): Promise<readonly string[]> {
  const said = families.map((family) => column(page, family).locator(".answer"));
  await Promise.all(said.map((each) => each.waitFor(patience)));
  return Promise.all(said.map((each) => each.innerText()));
}

describe("comparing the families over the bundled models", () => {
  it("describes an example as soon as it is picked", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByRole("button", { name: "three cats" }).first().click();
    for (const text of await answers(page)) expect(text).toMatch(/three cats/);
    await expect.poll(() => column(page, "BLIP").innerText()).toMatch(/\d+ tokens/);
    expect(await column(page, "LLaVA").innerText()).toMatch(/picture (seen anew|known already)/);
  });

  it("answers a question about it, and knows the picture by then", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByLabel("Question").fill("how many cats are there?");
    await page.keyboard.press("Enter");
    await expect.poll(() => answers(page), patience).toEqual(["3", "3", "3"]);
    expect(await column(page, "BLIP-2").innerText()).toContain("picture known already");
  });

  it("takes a picture that is dropped on the page, pasted, or picked from the disk", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByLabel("Question").fill("");
    for (const [way, name, expected] of [
      ["drop", "a-pig.png", /pig/],
      ["paste", "two-keys.png", /keys/],
    ] as const) {
      await give(page, way, [await example(name)]);
      await expect.poll(async () => (await answers(page))[0], patience).toMatch(expected);
    }
    await page.locator("input[type=file]").setInputFiles(join(root, "examples/a-ghost.png"));
    await expect.poll(async () => (await answers(page))[0], patience).toMatch(/ghost/);
  });

  it("says of a file that is no picture what may be given, and of a broken one which could not be read", async ({
    skip,
  }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    const file = (type: string) => ({ name: "a.png", mimeType: type, buffer: Buffer.from("no picture") });
    await page.locator("input[type=file]").setInputFiles(file("text/plain"));
    await page.getByText("That is no picture").waitFor(patience);
    await page.locator("input[type=file]").setInputFiles(file("image/png"));
    await expect.poll(() => column(page, "BLIP").getByRole("alert").innerText(), patience).toMatch(/PNG, JPEG/);
    expect(await page.getByText("That is no picture").count()).toBe(0);
  });

  it("says that an address leads nowhere that it may go", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByLabel("Address of a picture").fill("http://127.0.0.1:9/a.png");
    await page.getByRole("button", { name: "Use", exact: true }).click();
    await expect
      .poll(() => column(page, "BLIP").getByRole("alert").innerText(), patience)
      .toMatch(/address|host|port/i);
    expect(await page.locator(".picture-frame").innerText()).toContain("127.0.0.1:9");
  });

  it("keeps what was compared, over a reload, and shows it as it was", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.reload();
    await page.getByRole("button", { name: /how many cats/ }).click();
    expect(await answers(page)).toEqual(["3", "3", "3"]);
    expect(await page.getByLabel("Question").inputValue()).toBe("how many cats are there?");
    await page.getByRole("button", { name: /Described.*a ghost/ }).click();
    await expect.poll(() => page.locator(".picture-frame img").getAttribute("alt")).toBe("a-ghost.png");
    await page.getByRole("button", { name: "Forget all" }).click();
    expect(await page.getByRole("button", { name: /how many cats/ }).count()).toBe(0);
  });

  it("asks the models that are chosen, and leaves out who is not to be asked", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    await page.getByLabel("Model of BLIP-2").selectOption("Not asked");
    await page.getByLabel("Question").fill("what color is the background?");
    await page
      .getByRole("button", { name: /three cats/ })
      .first()
      .click();
    for (const family of ["BLIP", "LLaVA"]) {
      await expect.poll(() => column(page, family).locator(".answer").innerText(), patience).toBe("black");
    }
    expect(await column(page, "BLIP-2").locator(".answer").count()).toBe(0);
  });

  it("shows the picture that its address names", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    const src = await page.locator(".picture-frame img").getAttribute("src");
    const id = Buffer.from(`Image:${src!.split("/").at(-1)!}`).toString("base64");
    await page.goto(`${server.url}/?image=${encodeURIComponent(id)}`);
    expect((await answers(page))[0]).toMatch(/three cats/);
  });

  it.for(["light", "dark"] as const)("is accessible in %s, with and without answers", async (scheme, { skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    await page.emulateMedia({ colorScheme: scheme });
    await expectAccessible(page);
    await page.goto(`${server.url}/`);
    await page.getByRole("button", { name: "three cats" }).first().click();
    await answers(page);
    await expectAccessible(page);
  });

  it("is all in sight on a screen of 320 pixels, and is worked by the keyboard alone", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await page.goto(`${server.url}/`);
    await page.getByRole("button", { name: "three cats" }).first().focus();
    await page.keyboard.press("Enter");
    expect((await answers(page))[0]).toMatch(/three cats/);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await page.keyboard.press("Home");
  });

  it("asked for nothing from elsewhere, and had nothing to complain of but what was refused", ({ skip }) => {
    if (!room) return skip("no browser runs here");
    expect(room.outside).toEqual([]);
    expect(room.problems).toEqual([]);
  });

  it("says that the server is away, and asks again when it is back", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    const away = new AbortController();
    await page.route("**/graphql", (route) => (away.signal.aborted ? route.continue() : route.abort()));
    await page.getByRole("button", { name: "Describe", exact: true }).click();
    await page.getByText("The server cannot be reached.").waitFor(patience);
    away.abort();
    await page.getByRole("button", { name: "Try again" }).first().click();
    await eventually("it answers", async () =>
      (await column(page, "BLIP").locator(".answer").count()) > 0 ? true : undefined,
    );
  });
});
