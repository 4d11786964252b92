import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChattingInference } from "../../chat/chatting-inference.ts";
import { patience } from "../support/patience.ts";
import { Stage } from "./stage.ts";

let stage: Stage | undefined;
beforeAll(async () => void (stage = await Stage.open()), 60_000);
beforeEach(() => stage?.reset());
afterAll(() => stage?.[Symbol.asyncDispose]());

describe("an answer that is over", () => {
  const seeds = (inference: ChattingInference): readonly unknown[] =>
    inference.tasks.flatMap((task) => (task.kind === "chat" ? [task.options.seed] : []));

  it("is given again, by another seed", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { talk, inference, gate } = stage;
    gate.open(100);
    await talk.begin("what is this?");
    await talk.isWhole();
    await talk.button("Answer again").click();
    await expect.poll(() => seeds(inference).length, patience).toBeGreaterThan(1);
    await talk.isWhole();
    expect(await talk.turns.count()).toBe(1);
    expect(seeds(inference).at(-1)).not.toBe(seeds(inference).at(-2));
  }, 60_000);

  it("goes with what followed it when its question is changed", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, inference } = stage;
    inference.script = ({ messages }) => [messages.map(({ text }) => text).join(" | ")];
    await talk.begin("one");
    await talk.says("one");
    await talk.ask("two");
    await talk.says("one | one | two");
    await talk.composer.press("ArrowUp");
    const change = page.getByRole("textbox", { name: "Change the question" });
    expect(await change.inputValue()).toBe("two");
    await change.press("Escape");
    expect(await change.count()).toBe(0);
    await talk.turns.first().getByRole("button", { name: "Edit" }).click();
    await change.fill("uno");
    await change.press("Enter");
    await talk.says("uno");
    expect(await talk.turns.count()).toBe(1);
    expect(await talk.hasFocus(talk.composer)).toBe(true);
  }, 60_000);
});
