import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { useServer } from "graphql-ws/use/ws";
import { createSchema, createYoga } from "graphql-yoga";
import { WebSocketServer } from "ws";
import { root } from "../../server-process.ts";
import { captionText, captionTokens, chatTokens, promptTokens, timing, word } from "./constants.ts";

/** The same graph by graphql-yoga and graphql-ws as their guides put them together, whose resolvers answer constants. */

const model = { __typename: "Model", id: "TW9kZWw6Y29uc3RhbnQ=", name: "constant" };
const caption = { text: captionText, tokens: captionTokens, finishReason: "LENGTH", model, timing };
const generationId = "constant";

/** Async as a plain resolver would be: each event is asked for once the one before is sent. */
async function* chat(): AsyncGenerator<object> {
  yield { __typename: "ChatQueued", generationId, seq: 0, position: 0, estimatedWaitMs: 0 };
  const started = { promptTokens, reusedTokens: 0, imageCacheHit: true };
  yield { __typename: "ChatStarted", generationId, seq: 1, model, ...started };
  for (let i = 0; i < chatTokens; i++) yield { __typename: "ChatDelta", generationId, seq: 2 + i, delta: word };
  const ended = { finishReason: "LENGTH", promptTokens, completionTokens: chatTokens, timing };
  const text = word.repeat(chatTokens);
  yield { __typename: "ChatCompleted", generationId, seq: 2 + chatTokens, text, ...ended };
  await Promise.resolve();
}

const schema = createSchema({
  typeDefs: readFileSync(join(root, "schema", "schema.graphql"), "utf8"),
  resolvers: {
    Query: { caption: () => caption },
    Subscription: { chat: { subscribe: chat, resolve: (event: object) => event } },
  },
});
const yoga = createYoga({ schema, logging: false, graphiql: false, landingPage: false });
const server = createServer((request, response) => void yoga(request, response));
useServer({ schema }, new WebSocketServer({ server, path: yoga.graphqlEndpoint }));
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
