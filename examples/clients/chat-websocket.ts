/**
 * Streams a chat over WebSocket (graphql-transport-ws), and goes on where a broken connection cut it:
 *
 *     node --import tsx examples/clients/chat-websocket.ts picture.png "what is this?"
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { print } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { ChatDocument, type ChatInput, type ChatSubscription } from "./generated/graphql.ts";

const url = new URL("/graphql", process.env.TRIPTYCH_URL ?? "http://127.0.0.1:4000").href;
const [file, question = "what is in the picture?"] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: chat-websocket.ts picture.png "what is this?"');

const client = createClient({
  url: url.replace(/^http/, "ws"),
  webSocketImpl: WebSocket,
  // Its own retries would ask for everything again; the loop below asks for what is missing.
  retryAttempts: 0,
});

const base64 = (await readFile(file)).toString("base64");
const input: ChatInput = {
  // Sent again, it finds the same answer instead of generating another.
  generationId: randomUUID(),
  messages: [{ role: "USER", text: question, images: [{ base64 }] }],
};

const query = print(ChatDocument);
let after = -1;
let isOver = false;
for (let losses = 0; !isOver; losses++) {
  try {
    for await (const { data, errors } of client.iterate<ChatSubscription>({ query, variables: { input, after } })) {
      if (!data) throw new Error(JSON.stringify(errors));
      after = data.chat.seq;
      isOver = show(data.chat);
    }
  } catch (error) {
    // GraphQL's errors are a list and ours an Error; else it is an event of the socket, which was lost or refused.
    if (error instanceof Error || Array.isArray(error)) throw error;
    if (losses === 5) throw new Error("the connection is lost", { cause: error });
    await sleep(500);
  }
}
await client.dispose();

/** Shows an event; whether it is the last. */
function show(event: ChatSubscription["chat"]): boolean {
  switch (event.__typename) {
    case "ChatQueued":
      console.error(`${event.position} before you`);
      return false;
    case "ChatStarted":
      console.error(`${event.model.name} reads ${event.promptTokens} tokens`);
      return false;
    case "ChatDelta":
      process.stdout.write(event.delta);
      return false;
    case "ChatCompleted":
      console.log(`\n(${event.completionTokens} tokens in ${Math.round(event.timing.totalMs)} ms)`);
      return true;
    case "ChatFailed":
      throw new Error(`${event.code}: ${event.message}`);
  }
}
