import { setTimeout as delay } from "node:timers/promises";
import { createClient as createSseClient } from "graphql-sse";
import type { Client } from "graphql-ws";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inBase64, startTestServer, type TestServer } from "../src/test-server.ts";
import { ChattingInference } from "./chatting-inference.ts";
import { asking, chatQuery, type ChatEvent } from "./events.ts";
import { RawSocket } from "./raw-socket.ts";
import { chatBySse } from "./sse.ts";
import { chatByWebsocket, resultsBy, websocketClient } from "./websocket.ts";

let server: TestServer<ChattingInference>;
let client: Client;
beforeAll(async () => {
  server = await startTestServer({ inference: new ChattingInference() });
  client = websocketClient(server.url);
});
beforeEach(() => void (server.inference.before = () => undefined));
afterAll(async () => {
  await client.dispose();
  await server[Symbol.asyncDispose]();
});

describe("a chat over WebSocket", () => {
  it("is the same events as over SSE, by graphql-ws, graphql-sse and fetch", async () => {
    const input = asking("the very same words", { generationId: "same" });
    const byWebsocket = await chatByWebsocket(client, input);
    expect(byWebsocket.at(-1)).toMatchObject({ __typename: "ChatCompleted", text: "the very same words" });
    expect(await chatBySse(server.url, input)).toEqual(byWebsocket);
    const sse = createSseClient({ url: `${server.url}/graphql`, retryAttempts: 0 });
    const bySse: ChatEvent[] = [];
    for await (const { data } of sse.iterate<{ chat: ChatEvent }>({ query: chatQuery, variables: { input } })) {
      bySse.push(data!.chat);
    }
    expect(bySse).toEqual(byWebsocket);
  });

  it("many at once on one socket", async () => {
    const texts = Array.from({ length: 30 }, (_, i) => `answer number ${i} of several`);
    const chats = await Promise.all(texts.map((text) => chatByWebsocket(client, asking(text))));
    expect(chats.map((events) => events.at(-1))).toMatchObject(texts.map((text) => ({ text })));
  });
});

describe("queries and mutations over WebSocket", () => {
  const first = async (query: string, variables = {}) =>
    (await resultsBy(client, query, variables).next()).value as unknown;

  it("answer as over HTTP", async () => {
    const image = inBase64("a cat");
    expect(await first("query ($image: ImageInput!) { caption(image: $image) { text } }", { image })).toEqual({
      data: { caption: { text: "a cat" } },
    });
    expect(await first('mutation { cancelGeneration(input: { generationId: "x" }) { cancelled } }')).toEqual({
      data: { cancelGeneration: { cancelled: false } },
    });
  });

  it("have their errors with codes, masked, and with nothing for HTTP in them", async () => {
    const image = inBase64("a cat");
    server.inference.before = () => Promise.reject(new Error("/secret/path"));
    const result = await first("query ($image: ImageInput!) { caption(image: $image) { text } models { name } }", {
      image,
    });
    expect(result).toMatchObject({
      data: { caption: null },
      errors: [{ path: ["caption"], extensions: { code: "INTERNAL_SERVER_ERROR" } }],
    });
    expect(JSON.stringify(result)).not.toMatch(/secret|http|unexpected"/);
  });

  it.each([
    ["no syntax", "{ models {", {}, "BAD_USER_INPUT"],
    ["no such field", "{ nothing }", {}, "BAD_USER_INPUT"],
    ["a wrong variable", "query ($n: Int!) { images(first: $n) { totalCount } }", { n: "x" }, "BAD_USER_INPUT"],
    ["too deep", `${"{ a ".repeat(60)}${"}".repeat(60)}`, {}, "QUERY_TOO_COMPLEX"],
    ["too many tokens", `{ ${"__typename ".repeat(3_000)} }`, {}, "QUERY_TOO_COMPLEX"],
    [
      "too costly",
      `query ($n: Int!) { ${["a", "b", "c", "d"].map((a) => `${a}: retrieveImages(text: "x", first: $n, rerank: 256) { edges { node { id url } } }`).join(" ")} }`,
      { n: 100 },
      "QUERY_TOO_COMPLEX",
    ],
    ["several operations", "query A { __typename } query B { __typename }", {}, "BAD_USER_INPUT"],
  ])("are refused with a code, and the socket stays: %s", async (_what, query, variables, code) => {
    const socket = await RawSocket.greeted(server.url);
    const before = server.inference.tasks.length;
    socket.subscribe("1", query, variables);
    const { payload, id } = await socket.hear("error");
    expect(id).toBe("1");
    expect(payload).toMatchObject([{ extensions: { code } }]);
    expect(JSON.stringify(payload)).not.toMatch(/"http"|"unexpected"/);
    socket.subscribe("1", "{ __typename }");
    expect(await socket.hear("next")).toEqual({ id: "1", type: "next", payload: { data: { __typename: "Query" } } });
    expect(server.inference.tasks.length).toBe(before);
    socket.socket.close();
  });

  it("are given up when their client completes them or leaves", async () => {
    const query = "query ($image: ImageInput!) { caption(image: $image) { text } }";
    for (const leave of [
      (socket: RawSocket) => socket.say({ type: "complete", id: "1" }),
      (socket: RawSocket) => socket.socket.terminate(),
    ]) {
      const aborted = new Promise<void>((resolve) => {
        server.inference.onAbort = resolve;
      });
      const begun = new Promise<void>((resolve) => {
        server.inference.before = () => {
          resolve();
          return new Promise(() => undefined);
        };
      });
      const socket = await RawSocket.greeted(server.url);
      socket.subscribe("1", query, { image: inBase64("a cat") });
      await begun;
      leave(socket);
      await aborted;
      await delay(0);
      expect(socket.heard.map(({ type }) => type)).toEqual(["connection_ack"]);
      socket.socket.terminate();
    }
  });
});
