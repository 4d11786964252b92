import { setTimeout as delay } from "node:timers/promises";
import type { Browser, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { InferenceError } from "../../../inference/index.ts";
import { ChattingInference } from "../../chat/chatting-inference.ts";
import { launchBrowser } from "../../src/browser.ts";
import { Gate } from "../../src/gate.ts";
import { startTestServer, type TestServer } from "../../src/test-server.ts";
import { builtPage } from "../support/built-page.ts";
import { visit, type Visit } from "../support/room.ts";
import { patience, Talk } from "./talk.ts";

const words = ["Two", " keys", " on", " blue.", " They", " are", " gold."];
const whole = words.join("");

let server: TestServer<ChattingInference>;
let browser: Browser | undefined;
let room: Visit;
let talk: Talk;
let gate: Gate;
let socket: WebSocketRoute | undefined;
/** Down: no socket is taken. Forgetful: as with a server that was started anew, which knows no generation. */
let network: "up" | "down" | "forgetful" = "up";

beforeAll(async () => {
  server = await startTestServer({ inference: new ChattingInference(), webPage: await builtPage() });
  browser = await launchBrowser();
  if (browser === undefined) return;
  room = await visit(browser, server.url, "/chat");
  await room.page.routeWebSocket(/graphql/, (opened) => {
    if (network === "down") return void opened.close();
    const answering = opened.connectToServer();
    const isForgetful = network === "forgetful";
    opened.onMessage((message) => answering.send(isForgetful ? ofAnother(String(message)) : message));
    socket = opened;
  });
  await room.page.reload();
  talk = new Talk(room.page);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(() => {
  network = "up";
  gate = new Gate();
  const { inference } = server;
  inference.before = () => undefined;
  inference.script = async function* () {
    for (const word of words) yield await gate.pass(word);
  };
});

describe("an answer on its way", () => {
  it("comes word by word, is told by whole sentences, and ends with what it took", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    const told = room.page.locator("[data-announces]");
    await talk.begin("what is this?");
    await room.page.getByText(/Sending|Next in the queue|Reading 1 tokens/).waitFor(patience);
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
    expect(await talk.composer.evaluate((element) => element === document.activeElement)).toBe(true);
  }, 60_000);

  it("goes on where it was after a reload", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await talk.begin("what is this?");
    gate.open(3);
    await talk.says("Two keys on");
    const numChats = server.inference.numChats;
    await room.page.reload();
    await talk.says("Two keys on");
    gate.open(1);
    await talk.says("Two keys on blue.");
    await room.page.reload();
    gate.open(3);
    await talk.isWhole();
    expect(await talk.text()).toBe(whole);
    expect(server.inference.numChats).toBe(numChats);
  }, 60_000);

  it("heals when the connection is cut, and says so", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await talk.begin("what is this?");
    gate.open(2);
    await talk.says("Two keys");
    const numChats = server.inference.numChats;
    network = "down";
    await socket!.close({ code: 1012 });
    await room.page.getByText("Connection lost. Trying again…").waitFor(patience);
    gate.open(2);
    network = "up";
    await room.page.getByText("Back again").waitFor(patience);
    await talk.says("Two keys on blue.");
    await socket!.close({ code: 1012 });
    gate.open(3);
    await talk.isWhole();
    expect(await talk.text()).toBe(whole);
    expect(server.inference.numChats).toBe(numChats);
  }, 60_000);

  it("goes on while another conversation, or another room, is looked at", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await talk.begin("a question to come back to");
    gate.open(1);
    await talk.says("Two");
    await talk.button("New conversation").click();
    gate.open(2);
    await room.page.getByRole("link", { name: "Compare" }).click();
    gate.open(2);
    await room.page.getByRole("link", { name: "Chat" }).click();
    await talk.button("a question to come back to").first().click();
    await talk.says("Two keys on blue. They");
    gate.open(2);
    await talk.isWhole();
  }, 60_000);

  it("stops at Escape, and stays as far as it came", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await talk.begin("what is this?");
    gate.open(2);
    await talk.says("Two keys");
    await room.page.keyboard.press("Escape");
    await talk.turns.last().getByText("Stopped.").waitFor(patience);
    expect(await talk.text()).toBe("Two keys");
    await expect.poll(() => server.inference.numChatting, patience).toBe(0);
  }, 60_000);

  it("can be stopped where the server cannot be reached", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await talk.begin("what is this?");
    gate.open(1);
    await talk.says("Two");
    await room.page.route("**/graphql", (route) => route.abort());
    network = "down";
    await socket!.close({ code: 1012 });
    await talk.button("Stop").click();
    await talk.turns.last().getByText("Stopped.").waitFor(patience);
    await room.page.unroute("**/graphql");
    gate.open(6);
  }, 60_000);
});

describe("an answer that is over", () => {
  const seeds = (): readonly unknown[] =>
    server.inference.tasks.flatMap((task) => (task.kind === "chat" ? [task.options.seed] : []));

  it("is given again, by another seed", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    gate.open(100);
    await talk.begin("what is this?");
    await talk.isWhole();
    await talk.button("Answer again").click();
    await expect.poll(() => seeds().length, patience).toBeGreaterThan(1);
    await talk.isWhole();
    expect(await talk.turns.count()).toBe(1);
    expect(seeds().at(-1)).not.toBe(seeds().at(-2));
  }, 60_000);

  it("goes with what followed it when its question is changed", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    server.inference.script = ({ messages }) => [messages.map(({ text }) => text).join(" | ")];
    await talk.begin("one");
    await talk.says("one");
    await talk.ask("two");
    await talk.says("one | one | two");
    await talk.composer.press("ArrowUp");
    const change = room.page.getByRole("textbox", { name: "Change the question" });
    expect(await change.inputValue()).toBe("two");
    await change.press("Escape");
    expect(await change.count()).toBe(0);
    await talk.turns.first().getByRole("button", { name: "Edit" }).click();
    await change.fill("uno");
    await change.press("Enter");
    await talk.says("uno");
    expect(await talk.turns.count()).toBe(1);
    expect(await talk.composer.evaluate((element) => element === document.activeElement)).toBe(true);
  }, 60_000);
});

describe("a chat that fails", () => {
  it("counts down what an overloaded server asks for, and asks again", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    server.inference.before = () => {
      throw new InferenceError("OVERLOADED", "It is full.", { retryAfterMs: 1_500 });
    };
    await talk.begin("what is this?");
    const again = talk.turns.last().getByRole("button", { name: /Try again/ });
    await room.page.getByText("It is full.").waitFor(patience);
    expect(await again.innerText()).toBe("Try again in 2 s");
    expect(await again.isDisabled()).toBe(true);
    server.inference.before = () => undefined;
    gate.open(100);
    await expect.poll(() => again.innerText(), patience).toBe("Try again");
    await again.click();
    await talk.isWhole();
    expect(await talk.text()).toBe(whole);
  }, 60_000);

  it("says that the server knows the answer no more, and has it given again", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    await talk.begin("what is this?");
    gate.open(2);
    await talk.says("Two keys");
    network = "forgetful";
    await socket!.close({ code: 1012 });
    await room.page.getByText("The server knows this answer no more").waitFor(patience);
    expect(await talk.text()).toBe("Two keys");
    network = "up";
    await socket!.close({ code: 1012 });
    gate.open(100);
    await talk.button("Try again").click();
    await talk.isWhole();
    expect(await talk.text()).toBe(whole);
  }, 60_000);

  it("draws five hundred tokens a second without holding the page up", async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    server.inference.script = async function* () {
      for (let i = 0; i < 1_500; i++) {
        if (i % 6 === 0) await delay(10);
        yield i % 40 === 39 ? " *word*.\n\n" : " word";
      }
    };
    await room.page.evaluate(watchFrames);
    await talk.begin("much?");
    await talk.isWhole();
    const gaps = await room.page.evaluate<number[]>("frameGaps");
    // 16.7 on a machine that does nothing else, all of them.
    expect(gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length * 0.9)]).toBeLessThan(50);
  }, 60_000);

  it("reached nothing else, and nothing went wrong that was not meant to", ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    expect(room.outside).toEqual([]);
    expect(room.problems.filter((problem) => !/WebSocket|ERR_FAILED|Failed to load resource/.test(problem))).toEqual(
      [],
    );
  });
});

function ofAnother(message: string): string {
  return message.replace(/"generationId":"[^"]*"/, '"generationId":"of-another-life"');
}

/** Notes the milliseconds between frames. */
function watchFrames(): void {
  const gaps: number[] = [];
  let last = performance.now();
  const frame = (now: number): void => {
    gaps.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  Object.assign(globalThis, { frameGaps: gaps });
}
