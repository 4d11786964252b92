import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ResultOf, SubmitOptions, Task } from "../../inference/index.ts";
import { createLog } from "../../src/log.ts";
import { Metrics } from "../../src/metrics.ts";
import type { FinishedOperation } from "../../src/operation.ts";
import { ChattingInference } from "../chat/chatting-inference.ts";
import { asking, chatQuery } from "../chat/events.ts";
import { resultsBySse } from "../chat/sse.ts";
import { chatByWebsocket, websocketClient } from "../chat/websocket.ts";
import { picture } from "../gallery/fake-inference.ts";
import { Exposition } from "./exposition.ts";
import { TalkingInference } from "./talking-inference.ts";
import { inBase64, startTestServer, type TestServer } from "./test-server.ts";

const finished: FinishedOperation[] = [];
const onOperation = (operation: FinishedOperation): void => void finished.push(operation);
beforeEach(() => void finished.splice(0));

function post(url: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const json = { "content-type": "application/json", ...headers };
  return fetch(`${url}/graphql`, { method: "POST", headers: json, body: JSON.stringify(body) });
}

describe("an operation over HTTP", () => {
  let server: TestServer<TalkingInference>;
  beforeAll(async () => (server = await startTestServer({ onOperation })));
  afterAll(() => server[Symbol.asyncDispose]());

  const describing = {
    query: "query Describe($image: ImageInput!) { caption(image: $image) { text } }",
    variables: { image: inBase64("cat") },
  };

  it("is told of once, with what a model did for it", async () => {
    const response = await post(server.url, describing, { "x-request-id": "proxy-7.a_B" });
    expect(response.headers.get("x-request-id")).toBe("proxy-7.a_B");
    await response.text();
    await expect.poll(() => finished).toHaveLength(1);
    expect(finished[0]).toMatchObject({ requestId: "proxy-7.a_B", name: "Describe", type: "query", code: "OK" });
    expect(finished[0]!.ms).toBeGreaterThan(0);
    expect(finished[0]!.inference).toMatchObject([{ model: "demo-caption", kind: "caption", code: "OK" }]);
    await delay(50);
    expect(finished).toHaveLength(1);
  });

  it.each(["", "two words", "a".repeat(129), 'a"}{"'])("is given an id in the place of %j", async (given) => {
    const response = await post(server.url, describing, { "x-request-id": given });
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    await response.text();
  });

  it("has the code of its first error, also where nothing could run", async () => {
    await (await post(server.url, { ...describing, variables: { image: { base64: "bm9uZQ==" } } })).text();
    await (await post(server.url, { query: "{ nothing" })).text();
    await expect.poll(() => finished).toHaveLength(2);
    expect(finished[0]).toMatchObject({ code: "IMAGE_UNREADABLE", inference: [{ code: "IMAGE_UNREADABLE" }] });
    expect(finished[1]).toMatchObject({ name: undefined, type: undefined, code: "BAD_USER_INPUT", inference: [] });
  });

  it("has all codes of its errors, each once", async () => {
    const fields = ["", "", ", options: { maxTokens: 0 }"].map(
      (more, i) => `c${i}: caption(image: $a${more}) { text }`,
    );
    const query = `query ($a: ImageInput!) { ${fields.join(" ")} }`;
    await (await post(server.url, { query, variables: { a: { base64: "bm9uZQ==" } } })).text();
    await expect.poll(() => finished).toHaveLength(1);
    const { code, codes } = finished[0]!;
    expect([...codes].sort()).toEqual(["BAD_USER_INPUT", "IMAGE_UNREADABLE"]);
    expect(code).toBe(codes[0]);
  });

  it.each([{ "content-type": "text/words" }, { accept: "image/png" }])(
    "is not OK where %j says what is not taken",
    async (headers) => {
      await (await post(server.url, describing, headers)).text();
      await expect.poll(() => finished).toHaveLength(1);
      expect(finished[0]).toMatchObject({ code: "BAD_USER_INPUT" });
    },
  );
});

describe("an operation on the gallery", () => {
  /** Remembers in whose name tasks come. */
  class NamedInference extends TalkingInference {
    readonly clients = new Set<string | undefined>();

    override submit<T extends Task>(task: T, options: SubmitOptions = {}): Promise<ResultOf<T>> {
      if ("model" in task) this.clients.add(options.client);
      return super.submit(task, options);
    }
  }

  it.each([
    ["adding", "mutation", "addImages(input: { images: [{ image: $image }] }) { images { id } }", "inspect embedImage"],
    ["by words", "query", `retrieveImages(text: "cat") { edges { score } }`, "embedText match"],
    ["by a picture", "query", "similarImages(image: $image) { edges { score } }", "embedImage"],
    ["ranking", "query", `retrieveTexts(image: $image, texts: ["cat"]) { score }`, "embedImage embedText match"],
  ])("has what models did for it, in its client's name: %s", async (_what, type, field, kinds) => {
    const inference = new NamedInference();
    await using server = await startTestServer({ inference, onOperation, env: { CLIENT_HEADER: "x-client" } });
    await server.gallery.add([{ image: { bytes: picture("dog") } }]);
    inference.clients.clear();
    const used = field.includes("$image") ? "($image: ImageInput!)" : "";
    const body = { query: `${type} ${used} { ${field} }`, variables: { image: inBase64("cat") } };
    await (await post(server.url, body, { "x-client": "ann" })).text();
    await expect.poll(() => finished).toHaveLength(1);
    expect(finished[0]!.code).toBe("OK");
    expect(finished[0]!.inference.map(({ kind }) => kind).join(" ")).toBe(kinds);
    expect([...inference.clients]).toEqual(["ann"]);
  });
});

describe("a chat", () => {
  it.each(["SSE", "WebSocket"])("over %s is told of when it has ended, with its run", async (transport) => {
    await using server = await startTestServer({ inference: new ChattingInference(), onOperation });
    if (transport === "SSE")
      for await (const { errors } of resultsBySse(server.url, asking("hello"))) expect(errors).toBeUndefined();
    else await chatByWebsocket(websocketClient(server.url), asking("hello"));
    await expect.poll(() => finished).toHaveLength(1);
    expect(finished[0]).toMatchObject({ type: "subscription", code: "OK", inference: [{ kind: "chat", code: "OK" }] });
  });

  it("that fails gives its code, though that is no error of the graph", async () => {
    await using server = await startTestServer({ inference: new ChattingInference(), onOperation });
    const input = { ...asking("hello"), messages: [{ role: "ASSISTANT", text: "first" }] };
    for await (const { errors } of resultsBySse(server.url, input, { query: chatQuery }))
      expect(errors).toBeUndefined();
    await expect.poll(() => finished).toHaveLength(1);
    expect(finished[0]).toMatchObject({ type: "subscription", code: "BAD_USER_INPUT" });
  });
});

const timing = { totalMs: 9, queueMs: 1.234, preprocessMs: 0, encodeMs: 2, decodeMs: 3 };
const run = { model: "m", kind: "chat", code: "OK" } as const;
const operation: FinishedOperation = {
  requestId: "r",
  name: "Chat",
  type: "subscription",
  code: "OK",
  codes: [],
  traceId: undefined,
  ms: 12.345,
  expectedMs: 6.54,
  refusedBy: undefined,
  inference: [{ ...run, timing: { ...timing, encodeBatch: 4, decodeBatch: 2.5, imageCacheHit: true } }],
};

describe("the log", () => {
  function lines(choice: "plain" | "verbose" | "json"): readonly string[] {
    const written: string[] = [];
    const log = createLog(choice, (line) => written.push(line));
    log.info("up");
    log.error("down", new Error("why"));
    log.finished(operation);
    return written;
  }

  it("has JSON lines, one for each operation", () => {
    const [up, down, ended] = lines("json").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(up).toEqual({ time: expect.stringMatching(/^\d{4}-.*Z$/) as string, level: "info", message: "up" });
    expect(down).toMatchObject({ level: "error", message: "down", cause: expect.stringContaining("why") as string });
    const timed = { queueMs: 1.2, encodeMs: 2, decodeMs: 3, encodeBatch: 4, decodeBatch: 2.5, imageCacheHit: true };
    expect(ended).toMatchObject({ level: "info", requestId: "r", operation: "Chat", type: "subscription", code: "OK" });
    expect(ended).toMatchObject({ ms: 12.3, expectedMs: 6.5, inference: [{ ...run, ...timed }] });
    expect(lines("json").every((line) => !line.includes("\n"))).toBe(true);
  });

  it("says nothing of operations unless it is told to", () => {
    expect(lines("plain")).toHaveLength(2);
    expect(lines("verbose")[2]).toMatch(/^\d{4}-\S+Z r subscription Chat: OK in 12.3 ms, chat by m$/);
  });
});

it("operations are counted by what they came to", async () => {
  const metrics = new Metrics();
  metrics.finished(operation);
  metrics.finished({ ...operation, type: undefined, code: "QUERY_TOO_COMPLEX", refusedBy: "document" });
  const seen = new Exposition(await metrics.scrape(new TalkingInference()));
  expect(seen.value("triptych_operations_total", { type: "subscription", code: "OK" })).toBe(1);
  expect(seen.value("triptych_operations_total", { type: "none", code: "QUERY_TOO_COMPLEX" })).toBe(1);
  expect(seen.value("triptych_operations_refused_total", { limit: "document" })).toBe(1);
  expect(seen.value("triptych_operation_seconds_sum", { type: "subscription" })).toBeCloseTo(0.012345);
});
