import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { InferenceError, type Task } from "../../inference/index.ts";
import { Gate } from "../src/gate.ts";
import type { TalkingInference } from "../src/talking-inference.ts";
import type { TestServer } from "../src/test-server.ts";
import { expectAccessible } from "./support/accessible.ts";
import { patience } from "./support/patience.ts";
import { openRoom, type Room } from "./support/room.ts";
import { startTalkingServer } from "./support/talking-server.ts";

const picture = { name: "cat.png", mimeType: "image/png", buffer: Buffer.from("picture:a cat") };

let room: Room<TestServer<TalkingInference>> | undefined;
beforeAll(async () => void (room = await openRoom("/", startTalkingServer)), 60_000);
afterEach(() => {
  if (room) room.server.inference.before = () => undefined;
});
afterAll(() => room?.[Symbol.asyncDispose]());

const column = (page: Page, family: string): Locator => page.getByRole("article", { name: family, exact: true });
const describePicture = (page: Page): Promise<void> => page.locator("input[type=file]").setInputFiles(picture);
const modelOf = (task: Task): string => ("model" in task ? task.model : "");

describe("the room that compares", () => {
  it("shows each answer when it is there, and waits for the others where they will stand", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    const gates = new Map(["llava", "blip2", "blip-caption"].map((name) => [name, new Gate()]));
    server.inference.before = (task) => gates.get(modelOf(task))?.pass(undefined);
    await describePicture(page);
    for (const family of ["BLIP", "BLIP-2", "LLaVA"]) {
      await expect.poll(() => column(page, family).getAttribute("aria-busy"), patience).toBe("true");
    }
    const before = await column(page, "LLaVA").boundingBox();
    gates.get("blip2")!.open(1);
    await column(page, "BLIP-2").locator(".answer").waitFor(patience);
    expect(await column(page, "BLIP").getAttribute("aria-busy")).toBe("true");
    gates.get("llava")!.open(1);
    await column(page, "LLaVA").locator(".answer").waitFor(patience);
    expect(await column(page, "LLaVA").boundingBox()).toEqual(before);
    gates.get("blip-caption")!.open(1);
    await column(page, "BLIP").locator(".answer").waitFor(patience);
    expect(await column(page, "BLIP").locator(".answer").innerText()).toBe("a cat");
  });

  it("shows a model's failure in its column, beside the others' answers", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    server.inference.before = (task) => {
      if (modelOf(task) === "blip2") throw new InferenceError("MODEL_UNAVAILABLE", "The worker died twice over it.");
    };
    await describePicture(page);
    expect(await column(page, "BLIP-2").getByRole("alert").innerText()).toContain("The worker died twice over it.");
    expect(await column(page, "LLaVA").locator(".answer").innerText()).toBe("a cat");
    await expectAccessible(page);
  });

  it("says how long an overloaded server wants to be left alone, counts that down, and asks again", async ({
    skip,
  }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    server.inference.before = (task) => {
      if (modelOf(task) === "llava") throw new InferenceError("OVERLOADED", "It is full.", { retryAfterMs: 2_500 });
    };
    await describePicture(page);
    const again = column(page, "LLaVA").getByRole("button", { name: /Try again/ });
    expect(await again.innerText()).toBe("Try again in 3 s");
    expect(await again.isDisabled()).toBe(true);
    server.inference.before = () => undefined;
    await expect.poll(() => again.innerText(), patience).toBe("Try again");
    await again.click();
    await column(page, "LLaVA").locator(".answer").waitFor(patience);
    expect(await column(page, "LLaVA").getByRole("alert").count()).toBe(0);
  });

  it("leaves what it is told to stop: the server computes it no more", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    const gate = new Gate();
    const left: string[] = [];
    server.inference.before = (task) => {
      left.push(modelOf(task));
      return gate.pass(undefined);
    };
    await describePicture(page);
    await expect.poll(() => left.length, patience).toBe(3);
    await page.getByRole("button", { name: "Stop" }).click();
    await expect.poll(() => column(page, "BLIP").getAttribute("aria-busy")).toBe("false");
    expect(await page.getByRole("button", { name: "Describe", exact: true }).isEnabled()).toBe(true);
    gate.open(3);
    await page.waitForTimeout(200);
    expect(await page.locator(".answer").count()).toBe(0);
  });

  it("forgets an answer that comes late for another picture", async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page, server } = room;
    const gate = new Gate();
    server.inference.before = () => gate.pass(undefined);
    await describePicture(page);
    await expect.poll(() => column(page, "BLIP").getAttribute("aria-busy"), patience).toBe("true");
    server.inference.before = () => undefined;
    const dog = { ...picture, name: "dog.png", buffer: Buffer.from("picture:a dog") };
    await page.locator("input[type=file]").setInputFiles(dog);
    await expect.poll(() => column(page, "BLIP").locator(".answer").innerText(), patience).toBe("a dog");
    gate.open(3);
    await page.waitForTimeout(200);
    expect(await column(page, "BLIP").locator(".answer").innerText()).toBe("a dog");
  });
});
