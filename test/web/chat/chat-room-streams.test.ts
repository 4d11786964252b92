import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { patience } from "../support/patience.ts";
import { Stage, whole } from "./stage.ts";

let stage: Stage | undefined;
beforeAll(async () => void (stage = await Stage.open()), 60_000);
beforeEach(() => stage?.reset());
afterAll(() => stage?.[Symbol.asyncDispose]());

describe("an answer on its way", () => {
  it("comes word by word, is told by whole sentences, and ends with what it took", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, gate } = stage;
    const told = page.locator("[data-announces]");
    await talk.begin("what is this?");
    await page.getByText(/Sending|Next in the queue|Reading 1 tokens/).waitFor(patience);
    gate.open(2);
    await talk.says("Two keys");
    expect(await told.innerText()).toBe("");
    gate.open(3);
    await talk.says("Two keys on blue. They");
    await expect.poll(() => told.innerText(), patience).toBe("Two keys on blue.");
    gate.open(2);
    await talk.isWhole();
    expect(await talk.text()).toBe(whole);
    await expect.poll(() => told.innerText(), patience).toBe("They are gold.");
    expect(await talk.hasFocus(talk.composer)).toBe(true);
  }, 60_000);

  it("goes on where it was after a reload", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, inference, gate } = stage;
    await talk.begin("what is this?");
    gate.open(3);
    await talk.says("Two keys on");
    const numChats = inference.numChats;
    await page.reload();
    await talk.says("Two keys on");
    gate.open(1);
    await talk.says("Two keys on blue.");
    await page.reload();
    gate.open(3);
    await talk.isWhole();
    expect(await talk.text()).toBe(whole);
    expect(inference.numChats).toBe(numChats);
  }, 60_000);

  it("heals when the connection is cut, and says so", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, inference, gate } = stage;
    await talk.begin("what is this?");
    gate.open(2);
    await talk.says("Two keys");
    const numChats = inference.numChats;
    stage.network = "down";
    await stage.cut();
    await page.getByText("Connection lost. Trying again…").waitFor(patience);
    gate.open(2);
    stage.network = "up";
    await page.getByText("Back again").waitFor(patience);
    await talk.says("Two keys on blue.");
    await stage.cut();
    gate.open(3);
    await talk.isWhole();
    expect(await talk.text()).toBe(whole);
    expect(inference.numChats).toBe(numChats);
  }, 60_000);

  it("goes on while another conversation, or another room, is looked at", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, gate } = stage;
    await talk.begin("a question to come back to");
    gate.open(1);
    await talk.says("Two");
    await talk.button("New conversation").click();
    gate.open(2);
    await page.getByRole("link", { name: "Compare" }).click();
    gate.open(2);
    await page.getByRole("link", { name: "Chat" }).click();
    await talk.button("a question to come back to").first().click();
    await talk.says("Two keys on blue. They");
    gate.open(2);
    await talk.isWhole();
  }, 60_000);

  it("stops at Escape, and stays as far as it came", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, inference, gate } = stage;
    await talk.begin("what is this?");
    gate.open(2);
    await talk.says("Two keys");
    await page.keyboard.press("Escape");
    await talk.turns.last().getByText("Stopped.").waitFor(patience);
    expect(await talk.text()).toBe("Two keys");
    await expect.poll(() => inference.numChatting, patience).toBe(0);
  }, 60_000);

  it("can be stopped where the server cannot be reached", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, gate } = stage;
    await talk.begin("what is this?");
    gate.open(1);
    await talk.says("Two");
    await page.route("**/graphql", (route) => route.abort());
    stage.network = "down";
    await stage.cut();
    await talk.button("Stop").click();
    await talk.turns.last().getByText("Stopped.").waitFor(patience);
    expect(await talk.hasFocus(talk.composer)).toBe(true);
    await page.unroute("**/graphql");
    gate.open(6);
  }, 60_000);

  it("comes as server-sent events where no socket opens", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, gate } = stage;
    stage.network = "down";
    await page.reload();
    await talk.begin("what is this?");
    gate.open(3);
    await talk.says("Two keys on");
    await page.reload();
    gate.open(4);
    await talk.isWhole();
    expect(await talk.text()).toBe(whole);
  }, 60_000);

  it("is back although nothing comes yet", async ({ skip }) => {
    if (!stage) return skip("no browser runs here");
    const { page, talk, gate } = stage;
    await page.reload();
    await talk.begin("what is this?");
    gate.open(1);
    await talk.says("Two");
    await stage.cut();
    await page.getByText("Connection lost. Trying again…").waitFor(patience);
    await page.getByText("Back again").waitFor(patience);
    expect(await talk.text()).toBe("Two");
    gate.open(6);
    await talk.isWhole();
  }, 60_000);
});
