/**
 * urql: puts the families side by side on a picture, each answer as soon as it is there (`@stream`), then streams a
 * chat about it over SSE, with no exchange but its own fetch:
 *
 *     node --import tsx examples/clients/urql.ts picture.png "what is this?"
 */
import { readFile } from "node:fs/promises";
import { Client, fetchExchange } from "@urql/core";
import { ChatDocument, CompareStreamDocument, type ChatInput } from "./generated/graphql.ts";

const url = new URL("/graphql", process.env.TRIPTYCH_URL ?? "http://127.0.0.1:4000").href;
const [file, question = "what is in the picture?"] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: urql.ts picture.png "what is this?"');
const image = { base64: (await readFile(file)).toString("base64") };

const client = new Client({ url, exchanges: [fetchExchange], fetchSubscriptions: true, preferGetMethod: false });

await compare();
await chat();

/** Each result has the answers so far. */
function compare(): Promise<void> {
  return new Promise((resolve, reject) => {
    let shown = 0;
    client.query(CompareStreamDocument, { image, question }).subscribe(({ data, error, hasNext }) => {
      if (error) return reject(error);
      const answers = data?.compare ?? [];
      for (const { model, text } of answers.slice(shown)) console.log(`${model.name}: ${text ?? "failed"}`);
      shown = answers.length;
      if (!hasNext) resolve();
    });
  });
}

/** urql gives the last event again when the stream ends: seq tells. */
function chat(): Promise<void> {
  const input: ChatInput = { messages: [{ role: "USER", text: question, images: [image] }] };
  let last = -1;
  return new Promise((resolve, reject) => {
    client.subscription(ChatDocument, { input }).subscribe(({ data, error }) => {
      if (error || !data) return reject(error ?? new Error("no event"));
      const event = data.chat;
      if (event.seq <= last) return;
      last = event.seq;
      if (event.__typename === "ChatDelta") process.stdout.write(event.delta);
      if (event.__typename === "ChatFailed") reject(new Error(`${event.code}: ${event.message}`));
      if (event.__typename !== "ChatCompleted") return;
      console.log(`\n(${event.completionTokens} tokens)`);
      resolve();
    });
  });
}
