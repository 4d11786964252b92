import { join } from "node:path";
import type { WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Xorshift } from "../../../bench/random.ts";
import type { ChatProgress, InferenceClient } from "../../../inference/index.ts";
import { bundled } from "../../acceptance/support/server.ts";
import { startTestServer, type TestServer } from "../../src/test-server.ts";
import { startTinyInference } from "../../support/tiny-inference.ts";
import { builtPage } from "../support/built-page.ts";
import { openRoom, type Room } from "../support/room.ts";
import { makeAnswersLong } from "./long-answers.ts";
import { Talk } from "./talk.ts";

/** A worker takes a second to start: the thorough run, `KILLS=50`, is for a release. */
const numKills = Number(process.env.KILLS ?? 8);
const numCuts = 50;
const tokens = 440;
const random = new Xorshift(7);

/** Kills workers and cuts connections, each after some more of the answer has come, while it is on. */
class Trouble {
  isOn = false;
  cuts = 0;
  /** Process ids of workers that it killed: none counts twice. */
  readonly killed = new Set<number>();
  #untilKill = 1;
  #untilCut = 1;

  /** A worker has told a piece; what is still on its way from a dead one counts for nothing. */
  told(pid: number | undefined): void {
    if (!this.isOn || pid === undefined || this.killed.has(pid) || this.killed.size === numKills) return;
    if (--this.#untilKill > 0) return;
    this.#untilKill = 1 + (random.next() % 4);
    this.killed.add(pid);
    process.kill(pid, "SIGKILL");
  }

  /** A piece has come to the page. */
  heard(socket: WebSocketRoute): void {
    if (!this.isOn || this.cuts === numCuts || --this.#untilCut > 0) return;
    this.#untilCut = 1 + (random.next() % 5);
    this.cuts += 1;
    void socket.close({ code: 1012 });
  }
}

let room: Room<TestServer<InferenceClient>> | undefined;
const trouble = new Trouble();
beforeAll(async () => {
  room = await openRoom("/chat", startTroubledServer);
  if (!room) return;
  await makeAnswersLong(room.page, { tokens, heard: (socket) => trouble.heard(socket) });
  await room.page.reload();
}, 120_000);
afterAll(() => room?.[Symbol.asyncDispose]());

it(
  `${numKills} kills of the worker and ${numCuts} cuts of the connection leave no trace in one long answer`,
  async ({ skip }) => {
    if (!room) return skip("no browser runs here");
    const { page } = room;
    const talk = new Talk(page);
    const patience = { timeout: 30_000 + numKills * 10_000 };
    const whole = talk.turns.last().locator(".answer-figures");
    await talk.ask("tell me all");
    await whole.waitFor(patience);
    const undisturbed = await talk.text();
    expect(undisturbed.length).toBeGreaterThan(tokens);
    trouble.isOn = true;
    await talk.begin("tell me all");
    await whole.waitFor(patience);
    expect({ kills: trouble.killed.size, cuts: trouble.cuts }).toEqual({ kills: numKills, cuts: numCuts });
    expect(await talk.text()).toBe(undisturbed);
  },
  120_000 + numKills * 20_000,
);

async function startTroubledServer(): Promise<TestServer<InferenceClient>> {
  const models = [{ name: "demo-llava", folder: join(bundled, "demo-llava") }];
  const inference = overheard(startTinyInference({ models, timeoutMs: 3_600_000 }));
  await inference.ready();
  return startTestServer({ inference, webPage: await builtPage(), env: { CHAT_TIMEOUT_MS: "3600000" } });
}

/** The trouble hears what the workers tell. */
function overheard(inference: InferenceClient): InferenceClient {
  const submit = inference.submit.bind(inference);
  inference.submit = (task, options) => {
    const onProgress = (progress: ChatProgress): void => {
      options?.onProgress?.(progress);
      if (progress.type === "delta") trouble.told(inference.workerPid);
    };
    return submit(task, { ...options, onProgress });
  };
  return inference;
}
