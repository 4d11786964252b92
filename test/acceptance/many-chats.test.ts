import type { Client } from "graphql-ws";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { InferenceClient } from "../../inference/index.ts";
import { textOf, type ChatEvent } from "../chat/events.ts";
import { chatBySse } from "../chat/sse.ts";
import { chatByWebsocket, websocketClient } from "../chat/websocket.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import { question, startTinyChat } from "./support/tiny-chat.ts";

const numChats = 32;
const tokens = 100;

let server: TestServer<InferenceClient>;
let client: Client;
beforeAll(async () => {
  const inference = startTinyChat();
  await inference.ready();
  server = await startTestServer({ inference });
  client = websocketClient(server.url);
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

it(`${numChats} chats at once over WebSocket and SSE each say what they say alone`, async () => {
  const alone: string[] = [];
  for (let i = 0; i < numChats; i++) alone.push(textOf(await chat(i)));
  const together = await Promise.all(Array.from({ length: numChats }, (_, i) => chat(i)));
  expect(together.map(textOf)).toEqual(alone);
  for (const events of together) {
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
    expect(events.at(-1)).toMatchObject({ finishReason: "LENGTH", completionTokens: tokens, text: textOf(events) });
  }
  expect(new Set(alone).size).toBeGreaterThan(numChats / 2);
}, 60_000);
