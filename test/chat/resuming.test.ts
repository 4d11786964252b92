import { setImmediate as turn } from "node:timers/promises";
import type { Client } from "graphql-ws";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Xorshift } from "../../bench/random.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import { ChattingInference } from "./chatting-inference.ts";
import { ways } from "./disconnecting.ts";
import { asking, textOf, type ChatEvent } from "./events.ts";
import { websocketClient } from "./websocket.ts";

const numChats = 75;
const numWords = 48;
const atOnce = 10;

let server: TestServer<ChattingInference>;
let client: Client;
beforeAll(async () => {
  const inference = new ChattingInference(async function* (task) {
    for (let i = 0; i < numWords; i++) {
      if (i % 3 === 0) await turn();
      yield `${task.messages[0]!.text}.${i} `.trimStart();
    }
  });
  server = await startTestServer({ inference });
  client = websocketClient(server.url);
});
afterAll(async () => {
  await client.dispose();
  await server[Symbol.asyncDispose]();
});

let disconnects = 0;

/** Hears a whole chat in bits, leaving and coming back by other ways. */
async function hearInBits(id: string, random: Xorshift): Promise<readonly ChatEvent[]> {
  const input = asking(id, { generationId: id });
  const heard: ChatEvent[] = [];
  for (;;) {
    const way = heard.length === 0 ? ways[0]! : ways[Math.floor(random.fraction() * ways.length)]!;
    const count = 1 + Math.floor(random.fraction() * 7);
    const after = heard.at(-1)?.seq ?? -1;
    heard.push(...(await way({ url: server.url, client, input, after, count })));
    if (heard.at(-1)?.__typename === "ChatCompleted") return heard;
    disconnects += 1;
  }
}

it("1,000 random disconnects and resumes over WebSocket and SSE: no event lost, repeated or out of order", async () => {
  const random = new Xorshift(20);
  const ids = Array.from({ length: numChats }, (_, i) => `chat${i}`);
  const work = ids.values();
  const runner = async (): Promise<void> => {
    for (const id of work) expectWhole(id, await hearInBits(id, random));
  };
  await Promise.all(Array.from({ length: atOnce }, runner));
  expect(disconnects).toBeGreaterThan(1_000);
  expect(server.inference.numChats).toBe(numChats);
  expect(server.inference.numChatting).toBe(0);
}, 120_000);

function expectWhole(id: string, events: readonly ChatEvent[]): void {
  const words = Array.from({ length: numWords }, (_, i) => `${id}.${i} `);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: numWords + 3 }, (_, i) => i));
  expect(textOf(events)).toBe(words.join(""));
  expect(events.at(-1)).toMatchObject({ text: words.join(""), finishReason: "STOP" });
}
