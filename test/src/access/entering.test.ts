import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newKey } from "../../../src/access/new-key.ts";
import { operationFields } from "../../../src/log-lines.ts";
import type { FinishedOperation } from "../../../src/operation.ts";
import { ChattingInference } from "../../chat/chatting-inference.ts";
import { asking, chatQuery, textOf } from "../../chat/events.ts";
import { RawSocket } from "../../chat/raw-socket.ts";
import { chatBySse } from "../../chat/sse.ts";
import { chatByWebsocket, websocketClient } from "../../chat/websocket.ts";
import { startTestServer } from "../test-server.ts";
import { askAs, bearer, keyFileText, keys, startKeyedServer, type KeyedServer } from "./keyed-server.ts";

const query = "{ __typename }";

const finished: FinishedOperation[] = [];
let server: KeyedServer;
beforeAll(async () => {
  server = await startKeyedServer({ onOperation: (operation) => void finished.push(operation) });
});
afterAll(() => server[Symbol.asyncDispose]());

describe("a request over HTTP", () => {
  it.each([
    ["as a bearer", bearer("acme")],
    ["as a bearer in small letters", { authorization: `bearer ${keys.acme}` }],
    ["as an API key", { "x-api-key": keys.acme }],
  ])("is let in with a key %s", async (_how, headers) => {
    expect(await askAs(server.url, headers, query)).toMatchObject({ status: 200, data: { __typename: "Query" } });
  });

  it("is told to the log with whose it is, and not with the key", async () => {
    await askAs(server.url, "reader", query);
    await expect.poll(() => finished.at(-1)?.asker).toEqual({ tenant: "acme", name: "reader" });
    expect(operationFields(finished.at(-1)!)).toMatchObject({ tenant: "acme", asker: "reader" });
    expect(JSON.stringify(finished)).not.toContain(keys.reader);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["no key", {}],
    ["a key that is not known", { authorization: `Bearer ${newKey()}` }],
    ["a part of a key", { authorization: `Bearer ${keys.acme.slice(0, -1)}` }],
    ["a key and more", { authorization: `Bearer ${keys.acme}x` }],
    ["another scheme", { authorization: `Basic ${Buffer.from(`acme:${keys.acme}`).toString("base64")}` }],
    ["the key alone", { authorization: keys.acme }],
    ["a key in a cookie", { cookie: `key=${keys.acme}; authorization=Bearer ${keys.acme}` }],
    ["a tenant's name", { "x-api-key": "acme", "x-tenant": "acme" }],
    ["more than a key can be", { "x-api-key": "x".repeat(10_000) }],
  ])("is refused with %s", async (_what, headers) => {
    const { status, codes, headers: answered } = await askAs(server.url, headers, query);
    expect({ status, codes }).toEqual({ status: 401, codes: ["UNAUTHENTICATED"] });
    expect(answered.get("www-authenticate")).toBe('Bearer realm="triptych"');
  });

  it("is refused with a key in its address", async () => {
    for (const name of ["key", "apiKey", "api_key", "access_token", "authorization"]) {
      const url = `${server.url}/graphql?${name}=${keys.acme}&query=${encodeURIComponent(query)}`;
      const response = await fetch(url, { headers: { "x-graphql-yoga-csrf": "1" } });
      expect(response.status).toBe(401);
    }
  });

  it("is refused before its body is read", async () => {
    const upload = request(`${server.url}/graphql`, { method: "POST", headers: { "content-length": 1_000_000 } });
    upload.flushHeaders();
    const [response] = (await once(upload, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(401);
    upload.on("error", () => undefined).destroy();
  });

  it("finds the page of those who have no key yet, and the operator's checks, but nothing else", async () => {
    const status = async (path: string): Promise<number> => (await fetch(server.url + path)).status;
    expect(await Promise.all(["/health", "/ready"].map(status))).toEqual([200, 200]);
    expect(await status("/images/x")).toBe(401);
  });
});

describe("server-sent events", () => {
  it("need a key", async () => {
    await expect(chatBySse(server.url, asking("hello"))).rejects.toThrow("no stream: 401");
    const events = await chatBySse(server.url, asking("hello there"), { headers: bearer("acme") });
    expect(textOf(events)).toBe("hello there");
  });
});

describe("a socket", () => {
  it.each([
    ["in its first message", { connectionParams: { authorization: `Bearer ${keys.acme}` } }],
    ["in its first message, as headers are written", { connectionParams: { Authorization: `Bearer ${keys.acme}` } }],
    ["as an API key there", { connectionParams: { "x-api-key": keys.acme } }],
  ])("is opened with a key %s", async (_how, options) => {
    const client = websocketClient(server.url, options);
    expect(textOf(await chatByWebsocket(client, asking("hello there")))).toBe("hello there");
    await client.dispose();
  });

  it("is opened with a key in the headers of its request", async () => {
    const socket = await RawSocket.greeted(server.url, { headers: bearer("acme") });
    socket.subscribe("1", query);
    expect(await socket.hear("next")).toMatchObject({ payload: { data: { __typename: "Query" } } });
    socket.socket.close();
  });

  it.each([
    ["no key", undefined],
    ["a key that is not known", { authorization: `Bearer ${newKey()}` }],
    ["a key by another name", { key: keys.acme }],
    ["something that is no text", { authorization: { toString: keys.acme } }],
  ])("is closed with 4403 with %s", async (_what, payload) => {
    const socket = new RawSocket(server.url);
    await socket.opened();
    socket.say({ type: "connection_init", ...(payload && { payload }) });
    expect(await socket.closed).toEqual({ code: 4403, reason: "Forbidden" });
    expect(socket.heard).toEqual([]);
  });

  it("is closed with 4401 where an operation comes before anybody knows whose it is", async () => {
    const socket = new RawSocket(server.url, { headers: bearer("acme") });
    await socket.opened();
    socket.subscribe("1", query);
    expect((await socket.closed).code).toBe(4401);
  });

  it("takes no operation that comes with the wrong first message", async () => {
    const socket = new RawSocket(server.url);
    await socket.opened();
    socket.say({ type: "connection_init", payload: { authorization: `Bearer ${newKey()}` } });
    socket.subscribe("1", chatQuery, { input: asking("hello") });
    expect([4401, 4403]).toContain((await socket.closed).code);
    expect(server.inference.tasks.filter(({ kind }) => kind === "chat")).toHaveLength(server.inference.numChats);
  });
});

describe("whoever fails again and again", () => {
  it("is told to wait, by address, while right keys are taken", async () => {
    await using other = await startKeyedServer({ env: { CLIENT_HEADER: "x-client" } });
    const attempt = (client: string, key = newKey()) =>
      askAs(other.url, { "x-client": client, authorization: `Bearer ${key}` }, query);
    const answers = await Promise.all(Array.from({ length: 40 }, () => attempt("mallory")));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(30);
    const late = answers.find(({ status }) => status === 429)!;
    expect(late.codes).toEqual(["OVERLOADED"]);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect((await attempt("trudy")).status).toBe(401);
    expect((await attempt("mallory", keys.acme)).status).toBe(200);
  });
});

describe("a file of keys that changes", () => {
  it("is read again: what is revoked lets nobody in, not on a socket that is open either", async () => {
    await using other = await startKeyedServer();
    const socket = await RawSocket.greeted(other.url, { headers: bearer("bolt") });
    other.write(keyFileText({}, ["acme"]));
    await expect.poll(async () => (await askAs(other.url, "bolt", query)).status, { timeout: 5_000 }).toBe(401);
    expect((await askAs(other.url, "acme", query)).status).toBe(200);
    socket.subscribe("1", query);
    expect(await socket.hear("error")).toMatchObject({ payload: [{ extensions: { code: "UNAUTHENTICATED" } }] });
    other.write(keyFileText());
    await expect.poll(async () => (await askAs(other.url, "bolt", query)).status, { timeout: 5_000 }).toBe(200);
    socket.socket.close();
  });

  it("is left as it was where it makes no sense, and the log says so", async () => {
    await using other = await startKeyedServer();
    other.write(keyFileText().slice(0, -20));
    await expect.poll(() => other.errors.join(), { timeout: 5_000 }).toContain("cannot be used: it is not JSON");
    expect((await askAs(other.url, "acme", query)).status).toBe(200);
  });
});

describe("a server that is open", () => {
  it("lets everybody in, whatever they bring, and has no sessions", async () => {
    await using open = await startTestServer({ inference: new ChattingInference() });
    for (const headers of [{}, { authorization: `Bearer ${newKey()}` }])
      expect((await askAs(open.url, headers, query)).status).toBe(200);
    expect((await fetch(`${open.url}/session`, { method: "POST" })).status).toBe(405);
  });
});
