import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MessageBudget } from "../../src/message-budget.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import type { TalkingInference } from "../src/talking-inference.ts";
import { RawSocket, refusalOf } from "./raw-socket.ts";

let server: TestServer<TalkingInference>;
beforeAll(async () => {
  server = await startTestServer({
    env: { CORS_ORIGINS: "https://friend.example" },
    websocketLimits: { maxSockets: 3, maxSocketsPerAddress: 2 },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

describe("a socket is opened", () => {
  it("for programs, for the server's own pages, and for the pages that are listed", async () => {
    const own = server.url;
    for (const origin of [undefined, own, "https://friend.example"]) {
      expect(await refusalOf(server.url, origin === undefined ? {} : { origin })).toBeUndefined();
    }
  });

  it.each(["https://evil.example", "null", "http://127.0.0.1:1", "https://friend.example.evil.example", "nonsense"])(
    "not for a page of %s",
    async (origin) => {
      const { status, body } = (await refusalOf(server.url, { origin }))!;
      expect(status).toBe(403);
      expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: "FORBIDDEN" } }] });
    },
  );

  it("not under a foreign name, nor at another path", async () => {
    expect(await refusalOf(server.url, { headers: { host: "evil.example" } })).toMatchObject({ status: 421 });
    const rebound = { origin: "http://evil.example", headers: { host: "evil.example" } };
    expect(await refusalOf(server.url, rebound)).toMatchObject({ status: 421 });
    for (const path of ["/", "/graphql/x", "/images/1"]) {
      expect(await refusalOf(server.url, { path })).toMatchObject({ status: 404 });
    }
    expect(await refusalOf(server.url, { path: "/graphql?token=x" })).toBeUndefined();
  });

  it("not beyond so many from one address, until one of them closes", async () => {
    await expect.poll(() => refusalOf(server.url)).toBeUndefined();
    const open = [await RawSocket.greeted(server.url), await RawSocket.greeted(server.url)];
    expect(await refusalOf(server.url)).toMatchObject({ status: 429 });
    open[0]!.socket.close();
    await expect.poll(() => refusalOf(server.url)).toBeUndefined();
    open[1]!.socket.close();
  });
});

it("a socket is not opened beyond so many in all", async () => {
  await using small = await startTestServer({ env: { MAX_SOCKETS: "1" } });
  const open = await RawSocket.greeted(small.url);
  expect(await refusalOf(small.url)).toMatchObject({
    status: 503,
    body: expect.stringContaining("OVERLOADED") as string,
  });
  open.socket.close();
});

describe("a message budget", () => {
  it("is so many at once, and so many a second after", () => {
    const budget = new MessageBudget({ messageBurst: 3, messagesPerSecond: 2 });
    const taken = (now: number): number => {
      for (let count = 0; ; count++) if (!budget.take(now)) return count;
    };
    expect([taken(0), taken(499), taken(500), taken(1_600), taken(60_000)]).toEqual([3, 0, 1, 2, 3]);
  });
});
