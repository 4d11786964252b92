import { once } from "node:events";
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { closedLoop } from "../../closed-loop.ts";
import type { PictureFile } from "../../graphql.ts";
import { quantile } from "../../statistics.ts";
import { cpuSeconds } from "./cpu-seconds.ts";
import type { ApiContender } from "./servers.ts";

const DOCUMENT = `query Caption($image: ImageInput!) {
  caption(image: $image, options: { maxTokens: 11 }) {
    text tokens finishReason model { id name }
    timing { totalMs queueMs preprocessMs encodeMs decodeMs encodeBatch decodeBatch imageCacheHit }
  }
}`;

/** What goes over the wire, made once. */
export interface CaptionRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The picture as base64 in a JSON body. */
export function inline(picture: PictureFile): CaptionRequest {
  const variables = { image: { base64: Buffer.from(picture.bytes).toString("base64") } };
  const body = Buffer.from(JSON.stringify({ query: DOCUMENT, variables }));
  return { headers: { "content-type": "application/json" }, body };
}

/** The picture as a file of a multipart request. */
export async function uploaded(picture: PictureFile): Promise<CaptionRequest> {
  const form = new FormData();
  form.set("operations", JSON.stringify({ query: DOCUMENT, variables: { image: { upload: null } } }));
  form.set("map", JSON.stringify({ 0: ["variables.image.upload"] }));
  form.set("0", new Blob([picture.bytes], { type: picture.type }), picture.name);
  const encoded = new Request("http://localhost", { method: "POST", body: form });
  const headers = { "content-type": encoded.headers.get("content-type")!, "x-graphql-yoga-csrf": "1" };
  return { headers, body: Buffer.from(await encoded.arrayBuffer()) };
}

export interface CaptionLoad {
  readonly clients: number;
  readonly requests: number;
}

export interface RequestRates {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server's process, a request. */
  readonly cpuMs: number;
}

/** Sends the same request over and over; each client keeps its connection. */
export async function measureCaptions(
  { graph, pid }: ApiContender,
  caption: CaptionRequest,
  { clients, requests }: CaptionLoad,
): Promise<RequestRates> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const before = cpuSeconds(pid) ?? NaN;
  const items = Array.from({ length: requests }, () => caption);
  const load = { clients, budgetMs: Infinity };
  const { results, seconds } = await closedLoop(items, load, (item) => send(`${graph.url}/graphql`, item, agent));
  agent.destroy();
  return {
    requestsPerSecond: requests / seconds,
    p50Ms: quantile(results, 0.5),
    p99Ms: quantile(results, 0.99),
    cpuMs: (1000 * ((cpuSeconds(pid) ?? NaN) - before)) / requests,
  };
}

/** Milliseconds until the answer was there. */
async function send(url: string, { headers, body }: CaptionRequest, agent: Agent): Promise<number> {
  const start = performance.now();
  const sending = request(url, { method: "POST", headers: { ...headers, "content-length": body.length }, agent });
  const answer = once(sending, "response") as Promise<[IncomingMessage]>;
  sending.end(body);
  const [response] = await answer;
  const bytes = await buffer(response);
  if (!bytes.toString().startsWith('{"data":{"caption":{')) throw new Error(`No caption: ${bytes.toString()}`);
  return performance.now() - start;
}
