import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { InferenceError, type Task } from "../../inference/index.ts";
import { launchBrowser } from "../src/browser.ts";
import { Gate } from "../src/gate.ts";
import { TalkingInference } from "../src/talking-inference.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import { threeFamilies } from "../src/three-families.ts";
import { expectAccessible } from "./support/accessible.ts";
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
afterEach(() => void (server.inference.before = () => undefined));
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
});

const column = (family: string): Locator => page.getByRole("article", { name: family, exact: true });
const describePicture = (): Promise<void> => page.locator("input[type=file]").setInputFiles(picture);
const modelOf = (task: Task): string => ("model" in task ? task.model : "");

describe("the room that compares", () => {
  it("shows each answer when it is there, and waits for the others where they will stand", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    const gates = new Map(["llava", "blip2", "blip-caption"].map((name) => [name, new Gate()]));
    server.inference.before = (task) => gates.get(modelOf(task))?.pass(undefined);
    await describePicture();
    for (const family of ["BLIP", "BLIP-2", "LLaVA"]) {
      await expect.poll(() => column(family).getAttribute("aria-busy"), patience).toBe("true");
    }
    const before = await column("LLaVA").boundingBox();
    gates.get("blip2")!.open(1);
    await column("BLIP-2").locator(".answer").waitFor(patience);
    expect(await column("BLIP").getAttribute("aria-busy")).toBe("true");
    gates.get("llava")!.open(1);
    await column("LLaVA").locator(".answer").waitFor(patience);
    expect(await column("LLaVA").boundingBox()).toEqual(before);
    gates.get("blip-caption")!.open(1);
    await column("BLIP").locator(".answer").waitFor(patience);
    expect(await column("BLIP").locator(".answer").innerText()).toBe("a cat");
  });

  it("shows a model's failure in its column, beside the others' answers", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    server.inference.before = (task) => {
      if (modelOf(task) === "blip2") throw new InferenceError("MODEL_UNAVAILABLE", "The worker died twice over it.");
    };
    await describePicture();
    expect(await column("BLIP-2").getByRole("alert").innerText()).toContain("The worker died twice over it.");
    expect(await column("LLaVA").locator(".answer").innerText()).toBe("a cat");
    await expectAccessible(page);
  });

  it("says how long an overloaded server wants to be left alone, counts that down, and asks again", async ({
    skip,
  }) => {
    if (!browser) return skip("no browser runs here");
    server.inference.before = (task) => {
      if (modelOf(task) === "llava") throw new InferenceError("OVERLOADED", "It is full.", { retryAfterMs: 2_500 });
    };
    await describePicture();
    const again = column("LLaVA").getByRole("button", { name: /Try again/ });
    expect(await again.innerText()).toBe("Try again in 3 s");
    expect(await again.isDisabled()).toBe(true);
    server.inference.before = () => undefined;
    await expect.poll(() => again.innerText(), patience).toBe("Try again");
    await again.click();
    await column("LLaVA").locator(".answer").waitFor(patience);
    expect(await column("LLaVA").getByRole("alert").count()).toBe(0);
  });

  it("leaves what it is told to stop: the server computes it no more", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    const gate = new Gate();
    const left: string[] = [];
    server.inference.before = (task) => {
      left.push(modelOf(task));
      return gate.pass(undefined);
    };
    await describePicture();
    await expect.poll(() => left.length, patience).toBe(3);
    await page.getByRole("button", { name: "Stop" }).click();
    await expect.poll(() => column("BLIP").getAttribute("aria-busy")).toBe("false");
    expect(await page.getByRole("button", { name: "Describe", exact: true }).isEnabled()).toBe(true);
    gate.open(3);
    await page.waitForTimeout(200);
    expect(await page.locator(".answer").count()).toBe(0);
  });

  it("forgets an answer that comes late for another picture", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    const gate = new Gate();
    server.inference.before = () => gate.pass(undefined);
    await describePicture();
    await expect.poll(() => column("BLIP").getAttribute("aria-busy"), patience).toBe("true");
    server.inference.before = () => undefined;
    const dog = { ...picture, name: "dog.png", buffer: Buffer.from("picture:a dog") };
    await page.locator("input[type=file]").setInputFiles(dog);
    await expect.poll(() => column("BLIP").locator(".answer").innerText(), patience).toBe("a dog");
    gate.open(3);
    await page.waitForTimeout(200);
    expect(await column("BLIP").locator(".answer").innerText()).toBe("a dog");
  });
});
