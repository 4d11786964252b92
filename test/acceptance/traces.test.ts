import type { Client } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { asking, type ChatEvent, textOf } from "../chat/events.ts";
import { chatBySse } from "../chat/sse.ts";
import { chatByWebsocket, websocketClient } from "../chat/websocket.ts";
import { Collector, type CollectedSpan } from "../support/collector.ts";
import { post, type Answer } from "./support/graph.ts";
import { inBase64, type CaptionData } from "./support/operations.ts";
import { drawScenes } from "./support/pictures.ts";
import { startServer, type RealServer } from "./support/server.ts";
import { clientSpan, expectNested } from "./support/spans.ts";
import { eventually } from "./support/wait.ts";

const models = "demo-blip-caption,demo-llava";
const query =
  "query Describe($image: ImageInput!, $n: Int) { caption(image: $image, options: { minTokens: $n, maxTokens: $n }) { text } }";
const question = asking("how many cats are there?", { options: { minTokens: 12, maxTokens: 12 } });
const serverKind = 2;
const errorStatus = 2;

describe("a server that sends traces", () => {
  let collector: Collector;
  let server: RealServer;
  beforeAll(async () => {
    collector = await Collector.start();
    server = await startServer({ args: ["--models", models, "--traces", collector.url, "--log", "json"] });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await collector[Symbol.asyncDispose]();
  });

  async function describePicture(png: Buffer, headers: Record<string, string>): Promise<Answer<CaptionData>> {
    const body = JSON.stringify({ query, variables: { image: inBase64(png), n: 8 } });
    return post<CaptionData>(server.url, body, { headers: { "content-type": "application/json", ...headers } });
  }

  /** The whole trace: its operation's span ends last. */
  function traceOf({ traceId, spanId }: { traceId: string; spanId: string }): Promise<readonly CollectedSpan[]> {
    return eventually("the trace is there", () => {
      const spans = collector.trace(traceId);
      return spans.some(({ parentSpanId }) => parentSpanId === spanId) ? spans : undefined;
    });
  }

  it("says of a query what it was, which model ran for it, and where the time went", async () => {
    const [scene] = await drawScenes(1);
    const client = clientSpan();
    const { traceparent } = client;
    expect((await describePicture(scene!.png, { traceparent, "x-request-id": "a-request" })).errors).toEqual([]);
    const spans = await traceOf(client);
    const [operation, run, ...parts] = spans;
    expectNested(spans, client.spanId);
    expect(operation).toMatchObject({ name: "query", kind: serverKind, parentSpanId: client.spanId });
    expect(operation!.resource).toMatchObject({ "service.name": "triptych" });
    expect(operation!.attributes).toEqual({
      "network.protocol.name": "http",
      "graphql.operation.type": "query",
      "graphql.operation.name": "Describe",
      "triptych.request_id": "a-request",
    });
    expect(run).toMatchObject({ name: "caption demo-blip-caption", parentSpanId: operation!.spanId });
    expect(run!.attributes).toMatchObject({
      "gen_ai.operation.name": "caption",
      "gen_ai.request.model": "demo-blip-caption",
      "gen_ai.usage.output_tokens": 8,
      "triptych.image_cache_hit": false,
    });
    expect(parts.every(({ parentSpanId }) => parentSpanId === run!.spanId)).toBe(true);
    const names = parts.map(({ name }) => name).filter((name) => name !== "queue");
    expect(names).toEqual(["preprocess", "encode", "encode", "prefill", "decode"]);
    expect(parts.at(-1)!.attributes).toMatchObject({ "triptych.network": "decoder", "triptych.batch": 1 });
    expect(server.output).toContain(`"requestId":"a-request","traceId":"${client.traceId}"`);
  });

  it("says which requests shared a pass, by its number", async () => {
    const scenes = await drawScenes(5);
    const long = "{ minTokens: 100, maxTokens: 100, beams: 6 }";
    const fields = scenes.slice(1).map((_, i) => `c${i}: caption(image: $p${i}, options: ${long}) { text }`);
    const declared = fields.map((_, i) => `$p${i}: ImageInput!`).join(", ");
    const variables = Object.fromEntries(fields.map((_, i) => [`p${i}`, inBase64(scenes[i + 1]!.png)]));
    const client = clientSpan();
    const { traceparent } = client;
    const body = JSON.stringify({ query: `query (${declared}) { ${fields.join(" ")} }`, variables });
    await post(server.url, body, { headers: { traceparent } });
    const spans = await traceOf(client);
    expectNested(spans, client.spanId);
    expect(spans.filter(({ name }) => name === "caption demo-blip-caption")).toHaveLength(4);
    const passes = spans.filter(({ name }) => name === "encode").map(({ attributes }) => attributes);
    const encodes = passes.filter((pass) => pass["triptych.network"] === "vision");
    expect(encodes).toHaveLength(4);
    for (const { "triptych.first_pass": pass, "triptych.batch": batch } of encodes)
      expect(encodes.filter((other) => other["triptych.first_pass"] === pass)).toHaveLength(batch as number);
    const decodes = spans.filter(({ name }) => name === "decode").map(({ attributes }) => attributes);
    const mostShared = decodes.sort((a, b) => Number(b["triptych.batch"]) - Number(a["triptych.batch"]))[0]!;
    expect(mostShared["triptych.batch"]).toBeGreaterThan(1);
    const [first, last] = [mostShared["triptych.first_pass"], mostShared["triptych.last_pass"]].map(Number);
    const isBeside = (other: CollectedSpan["attributes"]): boolean =>
      Number(other["triptych.first_pass"]) <= last! && Number(other["triptych.last_pass"]) >= first!;
    expect(decodes.filter(isBeside).length).toBeGreaterThan(1);
  });

  it("leaves out what a client's own trace leaves out", async () => {
    const [scene] = await drawScenes(1);
    const [dropped, kept] = [clientSpan("00"), clientSpan()];
    await describePicture(scene!.png, { traceparent: dropped.traceparent });
    await describePicture(scene!.png, { traceparent: kept.traceparent });
    const spans = await traceOf(kept);
    expect(spans[1]!.attributes).toMatchObject({ "triptych.image_cache_hit": true });
    expect(collector.trace(dropped.traceId)).toEqual([]);
  });

  it("begins a trace for whoever names none, or none that can be", async () => {
    const before = collector.spans.length;
    await post(server.url, JSON.stringify({ query: "query Nobody { models { name } }" }));
    const traceparent = `00-${"0".repeat(32)}-${"1".repeat(16)}-01`;
    await post(server.url, JSON.stringify({ query: "query Zeros { models { name } }" }), { headers: { traceparent } });
    const roots = await eventually("both are there", () => {
      const spans = collector.spans.slice(before).filter(({ name }) => name === "query");
      return spans.length === 2 ? spans : undefined;
    });
    expect(roots.map(({ parentSpanId }) => parentSpanId)).toEqual([undefined, undefined]);
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(2);
  });

  it.each<[string, (url: string, traceparent: string) => Promise<readonly ChatEvent[]>]>([
    ["a header over SSE", (url, traceparent) => chatBySse(url, question, { headers: { traceparent } })],
    ["a socket's header", (url, traceparent) => chatByWebsocket(clientWithHeaders(url, { traceparent }), question)],
    ["a socket's parameters", (url, traceparent) => chatByWebsocket(clientWith(url, { traceparent }), question)],
    [
      "an operation's extensions, which come before its socket's",
      (url, traceparent) => {
        const client = clientWith(url, { traceparent: clientSpan().traceparent });
        return chatByWebsocket(client, question, { extensions: { traceparent } });
      },
    ],
  ])("follows a chat from its start to its end under the parent of %s", async (way, chat) => {
    const client = clientSpan();
    expect(textOf(await chat(server.url, client.traceparent)).length).toBeGreaterThan(0);
    const spans = await traceOf(client);
    expectNested(spans, client.spanId);
    const [operation, run, ...parts] = spans;
    expect(operation).toMatchObject({ name: "subscription", kind: serverKind });
    expect(operation!.attributes).toMatchObject({
      "graphql.operation.name": "Chat",
      "network.protocol.name": way.includes("SSE") ? "http" : "websocket",
    });
    expect(operation!.events.map(({ name }) => name)).toEqual(["first token"]);
    expect(run).toMatchObject({ name: "chat demo-llava", events: operation!.events });
    expect(run!.attributes).toMatchObject({ "gen_ai.usage.output_tokens": 12 });
    expect(run!.attributes["gen_ai.usage.input_tokens"]).toBeGreaterThan(5);
    const decoded = parts.find(({ name }) => name === "decode")!;
    expect(decoded.attributes).toMatchObject({ "triptych.passes": 11, "triptych.batch": 1 });
    expect(spans.length).toBeLessThan(10);
  });

  it("says of what fails by which codes, and of a document that cannot run no more than that", async () => {
    const [failing, misspelt] = [clientSpan(), clientSpan()];
    const text = JSON.stringify({ query, variables: { image: inBase64(Buffer.from("no picture")) } });
    const { codes } = await post(server.url, text, { headers: { traceparent: failing.traceparent } });
    expect(codes).toEqual(["IMAGE_UNREADABLE"]);
    const [operation, run, ...parts] = await traceOf(failing);
    const status = { code: errorStatus, message: "IMAGE_UNREADABLE" };
    expect(operation).toMatchObject({ name: "query", status });
    expect(operation!.attributes).toMatchObject({
      "error.type": "IMAGE_UNREADABLE",
      "triptych.error_codes": ["IMAGE_UNREADABLE"],
    });
    expect(run).toMatchObject({ name: "caption demo-blip-caption", status });
    expect(parts).toEqual([]);
    const wrong = JSON.stringify({ query: "query Secret { noSuchField }" });
    await post(server.url, wrong, { headers: { traceparent: misspelt.traceparent } });
    const [refused] = await traceOf(misspelt);
    expect(refused).toMatchObject({ name: "GraphQL", status: { code: errorStatus, message: "BAD_USER_INPUT" } });
    expect(collector.texts).not.toContain("noSuchField");
  });

  it("sends nothing of pictures and texts", () => {
    const picture = Buffer.from("no picture").toString("base64");
    for (const text of [picture, "how many cats", "caption(", "background"])
      expect(collector.texts).not.toContain(text);
  });

  it("has sent all of what it answered when it stops", async () => {
    const client = clientSpan();
    const { traceparent } = client;
    await post(server.url, JSON.stringify({ query: "query Last { models { name } }" }), { headers: { traceparent } });
    server.kill("SIGTERM");
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(collector.trace(client.traceId)).toHaveLength(1);
  });
});

function clientWith(url: string, connectionParams: Record<string, unknown>): Client {
  return websocketClient(url, { connectionParams });
}

function clientWithHeaders(url: string, headers: Record<string, string>): Client {
  class SocketWithHeaders extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, { headers });
    }
  }
  return websocketClient(url, { webSocketImpl: SocketWithHeaders });
}
