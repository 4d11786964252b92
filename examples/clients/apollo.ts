/**
 * Apollo Client: puts the families side by side on a picture, each answer as soon as it is there (`@stream`), then
 * streams a chat about it over WebSocket:
 *
 *     node --import tsx examples/clients/apollo.ts picture.png "what is this?"
 */
import { readFile } from "node:fs/promises";
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { Defer20220824Handler } from "@apollo/client/incremental";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { ChatDocument, CompareStreamDocument, type ChatInput } from "./generated/graphql.ts";

const url = new URL("/graphql", process.env.TRIPTYCH_URL ?? "http://127.0.0.1:4000").href;
const [file, question = "what is in the picture?"] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: apollo.ts picture.png "what is this?"');
const image = { base64: (await readFile(file)).toString("base64") };

// Node 20 has none, and Apollo's link asks for it when a connection fails.
Object.assign(globalThis, { WebSocket });
const socket = createClient({ url: url.replace(/^http/, "ws"), retryAttempts: 0 });
const client = new ApolloClient({
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
    new HttpLink({ uri: url }),
  ),
  cache: new InMemoryCache({
    possibleTypes: { ChatEvent: ["ChatQueued", "ChatStarted", "ChatDelta", "ChatCompleted", "ChatFailed"] },
  }),
  // The form in which Triptych sends what is deferred or streamed.
  incrementalHandler: new Defer20220824Handler(),
});

await compare();
await chat();
client.stop();
await socket.dispose();

/** Each result has the answers so far. */
function compare(): Promise<void> {
  return new Promise((resolve, reject) => {
    let shown = 0;
    const answers = client.watchQuery({
      query: CompareStreamDocument,
      variables: { image, question },
      fetchPolicy: "no-cache",
    });
    answers.subscribe({
      next: ({ data, dataState, error }) => {
        if (error) return reject(new Error(error.message));
        const { compare = [] } = (data ?? {}) as { compare?: { model: { name: string }; text: string | null }[] };
        for (const { model, text } of compare.slice(shown)) console.log(`${model.name}: ${text ?? "failed"}`);
        shown = compare.length;
        if (dataState === "complete") resolve();
      },
      error: reject,
    });
  });
}

/** Uncached: a cache would keep only the latest event. */
function chat(): Promise<void> {
  const input: ChatInput = { messages: [{ role: "USER", text: question, images: [image] }] };
  const events = client.subscribe({ query: ChatDocument, variables: { input }, fetchPolicy: "no-cache" });
  return new Promise((resolve, reject) => {
    events.subscribe({
      next: ({ data, error }) => {
        if (!data) return reject(new Error(error?.message ?? "no event"));
        const event = data.chat;
        if (event.__typename === "ChatDelta") process.stdout.write(event.delta);
        if (event.__typename === "ChatFailed") reject(new Error(`${event.code}: ${event.message}`));
        if (event.__typename === "ChatCompleted") console.log(`\n(${event.completionTokens} tokens)`);
      },
      error: reject,
      complete: resolve,
    });
  });
}
