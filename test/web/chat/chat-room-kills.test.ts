import type { Browser, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTinyChat } from "../../acceptance/support/tiny-chat.ts";
import { Xorshift } from "../../../bench/random.ts";
import type { InferenceClient } from "../../../inference/index.ts";
import { launchBrowser } from "../../src/browser.ts";
import { startTestServer, type TestServer } from "../../src/test-server.ts";
import { builtPage } from "../support/built-page.ts";
import { visit } from "../support/room.ts";
import { Talk } from "./talk.ts";

/** A worker takes a second to start: the thorough run, `KILLS=50`, is for a release. */
const numKills = Number(process.env.KILLS ?? 8);
const numCuts = 50;
const tokens = 400;
const random = new Xorshift(7);

/** Kills the worker, and cuts the connection, each after some more of the answer has come. */
class Trouble {
  isOn = false;
  kills = 0;
  cuts = 0;
  readonly #killWorker: () => void;
  #untilKill = 3;
  #untilCut = 2;

  constructor(killWorker: () => void) {
    this.#killWorker = killWorker;
  }

  /** A piece of the answer comes by. */
  heard(socket: WebSocketRoute): void {
    if (!this.isOn) return;
    if (this.kills < numKills && --this.#untilKill === 0) {
      this.kills += 1;
      this.#untilKill = 1 + (random.next() % 6);
      this.#killWorker();
    }
    if (this.cuts < numCuts && --this.#untilCut === 0) {
      this.cuts += 1;
      this.#untilCut = 1 + (random.next() % 5);
      void socket.close({ code: 1012 });
    }
  }
}

let server: TestServer<InferenceClient>;
let browser: Browser | undefined;
let talk: Talk;
const trouble = new Trouble(() => {
  const pid = server.inference.workerPid;
  if (pid !== undefined) process.kill(pid, "SIGKILL");
});
beforeAll(async () => {
  const inference = startTinyChat();
  await inference.ready();
  server = await startTestServer({ inference, webPage: await builtPage(), env: { CHAT_TIMEOUT_MS: "3600000" } });
  browser = await launchBrowser();
  if (browser === undefined) return;
  const { page } = await visit(browser, server.url, "/chat");
  await page.routeWebSocket(/graphql/, (socket) => {
    const answering = socket.connectToServer();
    socket.onMessage((message) => answering.send(asLong(String(message))));
    answering.onMessage((message) => {
      socket.send(message);
      if (String(message).includes('"ChatDelta"')) trouble.heard(socket);
    });
  });
  await page.reload();
  talk = new Talk(page);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
});

it(
  `${numKills} kills of the worker and ${numCuts} cuts of the connection leave no trace in one long answer`,
  async ({ skip }) => {
    if (!browser) return skip("no browser runs here");
    const patience = { timeout: 30_000 + numKills * 10_000 };
    const whole = talk.turns.last().locator(".answer-figures");
    await talk.ask("tell me all");
    await whole.waitFor(patience);
    const undisturbed = await talk.text();
    expect(undisturbed.length).toBeGreaterThan(tokens / 2);
    trouble.isOn = true;
    await talk.begin("tell me all");
    await whole.waitFor(patience);
    expect({ kills: trouble.kills, cuts: trouble.cuts }).toEqual({ kills: numKills, cuts: numCuts });
    expect(await talk.text()).toBe(undisturbed);
  },
  120_000 + numKills * 20_000,
);

/** The page asks as people do; the answer has to be longer than a model would make it. */
function asLong(message: string): string {
  const asked = JSON.parse(message) as {
    payload?: { variables?: { input?: { options?: object; messages: unknown[] } } };
  };
  const input = asked.payload?.variables?.input;
  if (input === undefined || input.messages.length === 0) return message;
  input.options = { minTokens: tokens, maxTokens: tokens, temperature: 1, seed: 3 };
  return JSON.stringify(asked);
}
