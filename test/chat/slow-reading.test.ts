import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import { ChattingInference } from "./chatting-inference.ts";
import { asking, leanChatQuery as query, textOf, type ChatResultPayload } from "./events.ts";
import { RawSocket } from "./raw-socket.ts";
import { chatBySse } from "./sse.ts";

/** Far more than the system buffers between two sockets. */
const piece = `${"x".repeat(200 * 1024 - 1)} `;
const numPieces = 100;

let server: TestServer<ChattingInference>;
let goOn: () => void;
beforeAll(async () => {
  const inference = new ChattingInference(async function* () {
    for (let i = 0; i < numPieces; i++) {
      yield piece;
      await delay(30);
    }
    await new Promise<void>((resolve) => (goOn = resolve));
    yield "end";
  });
  server = await startTestServer({ inference });
});
afterAll(() => server[Symbol.asyncDispose]());

const input = asking("x", { generationId: "g" });

describe("a client that stops reading", () => {
  it("is cut off with SLOW_CONSUMER and where to go on, over WebSocket and SSE; nobody else notices", async () => {
    const well = chatBySse(server.url, input, { query });
    const socket = await RawSocket.greeted(server.url);
    socket.subscribe("1", query, { input });
    await socket.hear("next");
    socket.socket.pause();
    const sse = pausedRequest(server.url);
    await expect.poll(() => goOn, { timeout: 20_000 }).toBeTypeOf("function");
    socket.socket.resume();
    sse.resume();
    await socket.hear("complete");
    const results = [resultsOf(socket), await sse.results];
    for (const heard of results) expectCutOff(heard);
    goOn();
    const resumed = await chatBySse(server.url, input, { query, after: lastSeq(results[0]!) });
    const whole = await well;
    expect(whole.map(({ seq }) => seq)).toEqual(whole.map((_, i) => i));
    expect(textOf(whole).length).toBe(numPieces * piece.length + "end".length);
    const before = results[0]!.flatMap(({ data }) => (data ? [data.chat] : []));
    expect(textOf([...before, ...resumed]) === textOf(whole)).toBe(true);
    expect(server.inference.numChats).toBe(1);
  }, 60_000);
});

function expectCutOff(results: readonly ChatResultPayload[]): void {
  const seqs = results.flatMap(({ data }) => (data ? [data.chat.seq] : []));
  expect(seqs).toEqual(seqs.map((_, i) => i));
  expect(seqs.length).toBeLessThan(numPieces);
  expect(results.at(-1)).toMatchObject({
    errors: [{ extensions: { code: "SLOW_CONSUMER", resumeAfter: seqs.at(-1) } }],
  });
}

function lastSeq(results: readonly ChatResultPayload[]): number {
  return results.at(-1)!.errors![0]!.extensions!.resumeAfter as number;
}

function resultsOf({ heard }: RawSocket): readonly ChatResultPayload[] {
  return heard.flatMap(({ type, payload }) => (type === "next" ? [payload as ChatResultPayload] : []));
}

/** An SSE request whose response is not read until `resume`. */
function pausedRequest(url: string): { resume: () => void; results: Promise<readonly ChatResultPayload[]> } {
  const { hostname, port, host } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  const body = JSON.stringify({ query, variables: { input } });
  const head = [
    "POST /graphql HTTP/1.1",
    `host: ${host}`,
    "content-type: application/json",
    "accept: text/event-stream",
    "connection: close",
    `content-length: ${body.length}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  socket.pause();
  const results = new Promise<readonly ChatResultPayload[]>((resolve) => {
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
    socket.pause();
    // A line of data may be cut up by the transfer's chunks: their sizes are taken out.
    socket.on("end", () => resolve(dataOf(text.replaceAll(/\r\n(?:[0-9a-f]+\r\n)?/g, ""))));
  });
  return { resume: () => socket.resume(), results };
}

function dataOf(text: string): readonly ChatResultPayload[] {
  return [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data]) => JSON.parse(data!) as ChatResultPayload);
}
