/**
 * Streams a chat over SSE with nothing but fetch, and goes on where a broken connection cut it:
 *
 *     node --import tsx examples/clients/chat-sse.ts picture.png "what is this?"
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { print } from "graphql";
import { ChatDocument, type ChatInput, type ChatSubscription } from "./generated/graphql.ts";

const url = new URL("/graphql", process.env.TRIPTYCH_URL ?? "http://127.0.0.1:4000").href;
const [file, question = "what is in the picture?"] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: chat-sse.ts picture.png "what is this?"');

const base64 = (await readFile(file)).toString("base64");
const input: ChatInput = {
  // Sent again, it finds the same answer instead of generating another.
  generationId: randomUUID(),
  messages: [{ role: "USER", text: question, images: [{ base64 }] }],
};

let after = -1;
let isOver = false;
for (let losses = 0; !isOver; losses++) {
  try {
    for await (const { data, errors } of chat()) {
      if (!data) throw new Error(JSON.stringify(errors));
      after = data.chat.seq;
      isOver = show(data.chat);
    }
  } catch (error) {
    // What fetch throws of a lost connection is a TypeError.
    if (!(error instanceof TypeError) || losses === 5) throw error;
    await sleep(500);
  }
}

interface Payload {
  readonly data?: ChatSubscription | null;
  readonly errors?: readonly unknown[];
}

/** The chat's events after the last one that came. */
async function* chat(): AsyncGenerator<Payload> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query: print(ChatDocument), variables: { input, after } }),
  });
  if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of response.body as AsyncIterable<Uint8Array>) {
    const messages = (text + decoder.decode(bytes, { stream: true })).split("\n\n");
    text = messages.pop()!;
    // The others keep the connection awake, or say that it is over.
    for (const message of messages.filter((each) => each.startsWith("event: next\n"))) {
      yield JSON.parse(message.slice(message.indexOf("data: ") + "data: ".length)) as Payload;
    }
  }
}

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
