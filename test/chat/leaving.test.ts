import { afterEach, describe, expect, it } from "vitest";
import { ask, startTestServer, type TestServer } from "../src/test-server.ts";
import { ChattingInference } from "./chatting-inference.ts";
import { asking, chatQuery, type ChatEvent, type ChatResultPayload } from "./events.ts";
import { RawSocket } from "./raw-socket.ts";
import { chatBySse, resultsBySse } from "./sse.ts";

let server: TestServer<ChattingInference> | undefined;
afterEach(() => server?.[Symbol.asyncDispose]());

/** A server whose chats say one word, then wait until they are let go on. */
async function waitingServer(
  graceMs: number,
): Promise<{ url: string; inference: ChattingInference; goOn: () => void }> {
  let goOn: () => void = () => undefined;
  const wait = new Promise<void>((resolve) => (goOn = resolve));
  const inference = new ChattingInference(async function* () {
    yield "first";
    await wait;
    yield " second";
  });
  server = await startTestServer({ inference, env: { CHAT_GRACE_MS: String(graceMs) } });
  return { url: server.url, inference, goOn };
}

const input = asking("x", { generationId: "g" });
const isFirst = (event: ChatEvent): boolean => event.__typename === "ChatDelta";

/** Ways to listen until the first word has come, and then to leave. */
const ways: readonly [string, (url: string) => Promise<() => void>][] = [
  [
    "completes over WebSocket",
    async (url) => {
      const socket = await listening(url);
      return () => socket.say({ type: "complete", id: "1" });
    },
  ],
  [
    "drops its socket",
    async (url) => {
      const socket = await listening(url);
      return () => socket.socket.terminate();
    },
  ],
  [
    "closes its socket",
    async (url) => {
      const socket = await listening(url);
      return () => socket.socket.close();
    },
  ],
  [
    "aborts over SSE",
    async (url) => {
      const leaving = new AbortController();
      const results = resultsBySse(url, input, { signal: leaving.signal });
      // Not by `for await`, which would leave when it breaks off.
      for (let isThere = false; !isThere;) {
        const { value } = (await results.next()) as IteratorYieldResult<ChatResultPayload>;
        isThere = isFirst(value.data!.chat);
      }
      return () => leaving.abort();
    },
  ],
];

async function listening(url: string): Promise<RawSocket> {
  const socket = await RawSocket.greeted(url);
  socket.subscribe("1", chatQuery, { input });
  await expect.poll(() => socket.heard.length).toBe(4);
  return socket;
}

describe("a client that leaves", () => {
  it.each(ways)("%s: without a grace time its chat is cancelled at once", async (_way, listen) => {
    const { url, inference } = await waitingServer(0);
    const leave = await listen(url);
    expect(inference.numChatting).toBe(1);
    leave();
    await expect.poll(() => inference.numChatting, { interval: 5 }).toBe(0);
    expect((await chatBySse(url, input, { after: 2 })).at(-1)).toMatchObject({
      seq: 3,
      text: "first",
      finishReason: "CANCELLED",
    });
  });

  it.each(ways)("%s: within the grace time it goes on where it was", async (_way, listen) => {
    const { url, inference, goOn } = await waitingServer(60_000);
    (await listen(url))();
    const resumed = chatBySse(url, input, { after: 2 });
    goOn();
    expect(await resumed).toMatchObject([
      { seq: 3, delta: " second" },
      { seq: 4, text: "first second", finishReason: "STOP" },
    ]);
    expect(inference.numChats).toBe(1);
  });

  it("leaves the others alone", async () => {
    const { url, inference, goOn } = await waitingServer(0);
    const leaves = await Promise.all(ways.map(([, listen]) => listen(url)));
    const staying = chatBySse(url, input);
    for (const leave of leaves) leave();
    await expect.poll(() => ask(url, "{ models { name } }").then(({ status }) => status)).toBe(200);
    goOn();
    expect((await staying).at(-1)).toMatchObject({ text: "first second", finishReason: "STOP" });
    expect(inference.numChats).toBe(1);
  });

  it("before its chat has begun leaves nothing behind", async () => {
    const { url, inference } = await waitingServer(0);
    for (let turn = 0; turn < 20; turn++) {
      const socket = await RawSocket.greeted(url);
      socket.subscribe("1", chatQuery, { input: asking("x", { generationId: `g${turn}` }) });
      if (turn % 2 === 0) socket.say({ type: "complete", id: "1" });
      socket.socket.terminate();
    }
    await expect.poll(() => inference.numChatting).toBe(0);
  });
});

describe("cancelGeneration", () => {
  it("ends a chat for all who listen, from a connection that knows nothing but its id", async () => {
    const { url, inference } = await waitingServer(60_000);
    const [first, second] = [chatBySse(url, input), chatBySse(url, input)];
    await listening(url);
    const cancel = (): Promise<unknown> =>
      ask(url, 'mutation { cancelGeneration(input: { generationId: "g" }) { cancelled } }').then(({ data }) => data);
    expect(await cancel()).toEqual({ cancelGeneration: { cancelled: true } });
    expect((await first).at(-1)).toMatchObject({ text: "first", finishReason: "CANCELLED", completionTokens: 1 });
    expect(await second).toEqual(await first);
    expect(inference.numChatting).toBe(0);
    expect(await cancel()).toEqual({ cancelGeneration: { cancelled: false } });
  });
});
