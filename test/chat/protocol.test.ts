import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import { ChattingInference } from "./chatting-inference.ts";
import { asking, chatQuery } from "./events.ts";
import { RawSocket, type Message } from "./raw-socket.ts";

const forever = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
const websocketLimits = { maxOperations: 3, initTimeoutMs: 150, messageBurst: 50, messagesPerSecond: 1 };

let server: TestServer<ChattingInference>;
beforeAll(async () => {
  const inference = new ChattingInference(() => forever);
  server = await startTestServer({ inference, websocketLimits, env: { CHAT_GRACE_MS: "0", MAX_BODY_BYTES: "2000" } });
});
afterAll(() => server[Symbol.asyncDispose]());

const chat = (socket: RawSocket, id: string): void => socket.subscribe(id, chatQuery, { input: asking("forever") });

/** Cases of https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
describe("graphql-transport-ws closes a socket", () => {
  it.each<[string, number, (socket: RawSocket) => void]>([
    ["on what is no JSON", 4400, (socket) => socket.say("hello")],
    ["on a message of no type that there is", 4400, (socket) => socket.say({ type: "start" })],
    ["on a subscribe without an id", 4400, (socket) => socket.say({ type: "subscribe", payload: { query: "{ x }" } })],
    ["on a subscribe without a query", 4400, (socket) => socket.say({ type: "subscribe", id: "1", payload: {} })],
    ["on a binary message that is none", 4400, (socket) => socket.socket.send(Buffer.from([0, 1, 2]))],
    ["on a second hello", 4429, (socket) => socket.say({ type: "connection_init" })],
    [
      "on an id that is taken",
      4409,
      (socket) => {
        chat(socket, "1");
        chat(socket, "1");
      },
    ],
    ["on a message that is too long", 1009, (socket) => socket.say("x".repeat(2_001))],
    [
      "on too many messages",
      1008,
      (socket) => {
        for (let i = 0; i < 51; i++) socket.say({ type: "pong" });
      },
    ],
  ])("%s, with %d", async (_what, code, misbehave) => {
    const socket = await RawSocket.greeted(server.url);
    misbehave(socket);
    expect((await socket.closed).code).toBe(code);
    await expect.poll(() => server.inference.numChatting).toBe(0);
  });

  it("that subscribes before its hello, with 4401, or says none, with 4408", async () => {
    const hasty = new RawSocket(server.url);
    await hasty.opened();
    hasty.subscribe("1", "{ __typename }");
    expect((await hasty.closed).code).toBe(4401);
    expect((await new RawSocket(server.url).closed).code).toBe(4408);
  });

  it.each(["", "graphql-ws", "mqtt"])('that speaks "%s", with 4406', async (protocol) => {
    expect((await new RawSocket(server.url, { protocol }).closed).code).toBe(4406);
  });

  it("the code of which is for it alone: the server and its other sockets go on", async () => {
    const good = await RawSocket.greeted(server.url);
    const bad = await RawSocket.greeted(server.url);
    bad.say("hello");
    await bad.closed;
    good.subscribe("1", "{ __typename }");
    expect(await good.hear("next")).toMatchObject({ payload: { data: { __typename: "Query" } } });
    good.socket.close();
    expect(server.errors).toEqual([]);
  });
});

describe("graphql-transport-ws", () => {
  it("answers pings, in the protocol's way and in WebSocket's", async () => {
    const socket = new RawSocket(server.url);
    await socket.opened();
    socket.say({ type: "ping", payload: { n: 1 } });
    expect(await socket.hear("pong")).toEqual({ type: "pong", payload: { n: 1 } });
    socket.socket.ping("x");
    await once(socket.socket, "pong");
    socket.socket.close();
  });

  it("has an error end its operation, and takes a completed id again", async () => {
    const socket = await RawSocket.greeted(server.url);
    socket.subscribe("1", "{ nothing }");
    await socket.hear("error");
    socket.subscribe("1", "{ __typename }");
    await socket.hear("complete");
    expect(socket.heard.map(({ type }: Message) => type)).toEqual(["connection_ack", "error", "next", "complete"]);
    chat(socket, "1");
    await expect.poll(() => server.inference.numChatting).toBe(1);
    socket.say({ type: "complete", id: "1" });
    await expect.poll(() => server.inference.numChatting).toBe(0);
    socket.say({ type: "complete", id: "never" });
    socket.subscribe("2", "{ __typename }");
    await expect.poll(() => socket.heard.filter(({ type }) => type === "complete").length).toBe(2);
    socket.socket.close();
  });

  it("ends a stream whose id was given again at once, when its socket closes", async () => {
    const before = server.inference.numChats;
    const socket = await RawSocket.greeted(server.url);
    chat(socket, "1");
    await expect.poll(() => server.inference.numChatting).toBe(1);
    socket.say({ type: "complete", id: "1" });
    chat(socket, "1");
    await expect.poll(() => server.inference.numChats).toBe(before + 2);
    socket.socket.terminate();
    await expect.poll(() => server.inference.numChatting).toBe(0);
  });

  it("has so many operations at once on a socket, and says so of one more", async () => {
    const socket = await RawSocket.greeted(server.url);
    for (const id of ["1", "2", "3", "4"]) chat(socket, id);
    expect(await socket.hear("error")).toMatchObject({ id: "4", payload: [{ extensions: { code: "OVERLOADED" } }] });
    expect(server.inference.numChatting).toBe(3);
    socket.say({ type: "complete", id: "2" });
    await expect.poll(() => server.inference.numChatting).toBe(2);
    chat(socket, "5");
    await expect.poll(() => server.inference.numChatting).toBe(3);
    socket.socket.terminate();
    await expect.poll(() => server.inference.numChatting).toBe(0);
  });
});

it("a client that answers no ping is gone", async () => {
  await using quick = await startTestServer({
    inference: new ChattingInference(() => forever),
    websocketLimits: { pingMs: 60 },
    env: { CHAT_GRACE_MS: "0" },
  });
  const [deaf, well] = [
    await RawSocket.greeted(quick.url, { autoPong: false }),
    await RawSocket.greeted(quick.url),
  ] as const;
  chat(deaf, "1");
  expect((await deaf.closed).code).toBe(1006);
  await expect.poll(() => quick.inference.numChatting).toBe(0);
  expect(well.socket.readyState).toBe(well.socket.OPEN);
  well.socket.close();
});
