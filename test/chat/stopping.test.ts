import { expect, it } from "vitest";
import { startTestServer } from "../src/test-server.ts";
import { ChattingInference } from "./chatting-inference.ts";
import { asking, chatQuery } from "./events.ts";
import { RawSocket, refusalOf } from "./raw-socket.ts";
import { chatBySse } from "./sse.ts";

it("a server that stops lets short chats end, tells the others why they end, and closes its sockets", async () => {
  let goOn: () => void = () => undefined;
  const wait = new Promise<void>((resolve) => (goOn = resolve));
  const inference = new ChattingInference(async function* ({ messages }) {
    yield "first";
    await (messages[0]!.text === "short" ? wait : new Promise(() => undefined));
    yield " second";
  });
  const server = await startTestServer({ inference, graceMs: 2_000 });
  const idle = await RawSocket.greeted(server.url);
  const [short, long] = [await RawSocket.greeted(server.url), await RawSocket.greeted(server.url)];
  short.subscribe("1", chatQuery, { input: asking("short") });
  long.subscribe("1", chatQuery, { input: asking("long") });
  const bySse = chatBySse(server.url, asking("long too"));
  await expect.poll(() => inference.numChatting).toBe(3);
  const stopped = server[Symbol.asyncDispose]();
  expect((await idle.closed).code).toBe(1001);
  long.subscribe("2", "{ __typename }");
  expect(await long.hear("error")).toMatchObject({ payload: [{ extensions: { code: "MODEL_UNAVAILABLE" } }] });
  goOn();
  expect((await short.closed).code).toBe(1001);
  const last = (socket: RawSocket): unknown => socket.heard.filter(({ type }) => type === "next").at(-1)?.payload;
  expect(last(short)).toMatchObject({ data: { chat: { text: "first second", finishReason: "STOP" } } });
  const failed = { __typename: "ChatFailed", code: "MODEL_UNAVAILABLE", retryable: true };
  expect((await bySse).at(-1)).toMatchObject(failed);
  expect((await long.closed).code).toBe(1001);
  expect(last(long)).toMatchObject({ data: { chat: failed } });
  await stopped;
  await expect(refusalOf(server.url)).rejects.toThrow("ECONNREFUSED");
  expect(server.errors).toEqual([]);
});
