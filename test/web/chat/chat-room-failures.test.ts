import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { InferenceError } from "../../../inference/index.ts";
import { patience } from "../support/patience.ts";
import { Stage, whole } from "./stage.ts";

let stage: Stage | undefined;
beforeAll(async () => void (stage = await Stage.open()), 60_000);
beforeEach(() => stage?.reset());
afterAll(() => stage?.[Symbol.asyncDispose]());

describe("a chat that fails", () => {
  it("counts down what an overloaded server asks for, and asks again", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, inference, gate } = stage;
    inference.before = () => {
      throw new InferenceError("OVERLOADED", "It is full.", { retryAfterMs: 1_500 });
    };
    await talk.begin("what is this?");
    const again = talk.turns.last().getByRole("button", { name: /Try again/ });
    await page.getByText("It is full.").waitFor(patience);
    expect(await again.innerText()).toBe("Try again in 2 s");
    expect(await again.isDisabled()).toBe(true);
    inference.before = () => undefined;
    gate.open(100);
    await expect.poll(() => again.innerText(), patience).toBe("Try again");
    await again.click();
    await talk.isWhole();
    expect(await talk.text()).toBe(whole);
  }, 60_000);

  it("says that the server knows the answer no more, and has it given again", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, gate } = stage;
    await talk.begin("what is this?");
    gate.open(2);
    await talk.says("Two keys");
    stage.network = "forgetful";
    await stage.cut();
    await page.getByText("The server knows this answer no more").waitFor(patience);
    expect(await talk.text()).toBe("Two keys");
    stage.network = "up";
    await stage.cut();
    gate.open(100);
    await talk.button("Try again").click();
    await talk.isWhole();
    expect(await talk.text()).toBe(whole);
  }, 60_000);

  it("says that pictures are too big for the server", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk } = stage;
    await talk.button("New conversation").click();
    await talk.button("Add pictures").click();
    const big = { name: "big.png", mimeType: "image/png", buffer: Buffer.alloc(200_000) };
    await page.locator("input[type=file]").setInputFiles(big);
    await talk.button("Remove big.png").waitFor(patience);
    await talk.ask("what is this?");
    await page.getByText("more than the server takes at once").waitFor(patience);
    expect(await talk.button("Stop").count()).toBe(0);
  }, 60_000);

  it("reached nothing else, and nothing went wrong that was not meant to", ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    expect([stage.outside, stage.problems]).toEqual([[], []]);
  });
});
