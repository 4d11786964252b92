import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "graphql-ws";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Xorshift } from "../../bench/random.ts";
import type { InferenceClient } from "../../inference/index.ts";
import { textOf, type ChatEvent } from "../chat/events.ts";
import { chatBySse } from "../chat/sse.ts";
import { chatByWebsocket, websocketClient } from "../chat/websocket.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import { question, startTinyChat } from "./support/tiny-chat.ts";
import { eventually } from "./support/wait.ts";

/** A worker takes seconds to start: the thorough run, `KILLS=100`, is for a release. */
const numKills = Number(process.env.KILLS ?? 5);
const numQuestions = 12;
const tokens = 150;
const random = new Xorshift(1);

let server: TestServer<InferenceClient>;
let client: Client;
let undisturbed: readonly string[];
beforeAll(async () => {
  const inference = startTinyChat();
  await inference.ready();
  server = await startTestServer({ inference, env: { CHAT_TIMEOUT_MS: "3600000" } });
  client = websocketClient(server.url);
  const chats = await Promise.all(Array.from({ length: numQuestions }, (_, i) => chat(i)));
  undisturbed = chats.map(textOf);
});
afterAll(async () => {
  await client.dispose();
  await server[Symbol.asyncDispose]();
});

/** Every other one over SSE. */
function chat(i: number): Promise<readonly ChatEvent[]> {
  const input = question(i, tokens);
  return i % 2 === 0 ? chatByWebsocket(client, input) : chatBySse(server.url, input);
}

it(
  `${numKills} kills of the worker while ${numQuestions} chats stream: each says what it says undisturbed, greedy or seeded`,
  async () => {
    const stop = new AbortController();
    const counts = Promise.all(Array.from({ length: numQuestions }, (_, i) => chatUntil(stop.signal, i)));
    // A client that finds something wrong ends the test at once.
    const killed = await Promise.race([killAgainAndAgain(), counts.then(() => [])]);
    stop.abort();
    const numChats = (await counts).reduce((sum, count) => sum + count, 0);
    expect(new Set(killed).size).toBe(numKills);
    expect(numChats).toBeGreaterThanOrEqual(numQuestions);
    expect(server.inference.numOutstanding).toBe(0);
  },
  60_000 + numKills * 30_000,
);

/** Asks its question again and again; answers how often. */
async function chatUntil(signal: AbortSignal, i: number): Promise<number> {
  let count = 0;
  do {
    const events = await chat(i);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, seq) => seq));
    expect(events.filter(({ __typename }) => __typename === "ChatStarted")).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ text: undisturbed[i], finishReason: "LENGTH", completionTokens: tokens });
    expect(textOf(events)).toBe(undisturbed[i]);
    count += 1;
  } while (!signal.aborted);
  return count;
}

/** Kills each worker a moment after it has begun to decode. */
async function killAgainAndAgain(): Promise<readonly number[]> {
  const pids: number[] = [];
  while (pids.length < numKills) {
    const pid = await eventually("another worker decodes", () => decodingWorker(pids), 60_000);
    await delay(250 * random.fraction());
    pids.push(pid);
    process.kill(pid, "SIGKILL");
  }
  return pids;
}

async function decodingWorker(dead: readonly number[]): Promise<number | undefined> {
  const { workerPid } = server.inference;
  if (workerPid === undefined || dead.includes(workerPid)) return undefined;
  const { devices } = await server.inference.scheduler();
  return devices[0]!.models.some(({ decodedTokens }) => decodedTokens > 0) ? workerPid : undefined;
}
