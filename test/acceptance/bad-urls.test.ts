import { join } from "node:path";
import { once } from "node:events";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectFailure } from "./support/expect-failure.ts";
import { startInference, type InferenceClient } from "../../inference/index.ts";
import { createFetchPicture, publicOnly } from "../../resolvers/fetch-picture.ts";
import { workerConfig, maxRequestBytes, maxRequests } from "../../src/worker-config.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import { caption, expectHealthy } from "./support/operations.ts";
import { drawScene, endingOf, type Scene } from "./support/pictures.ts";
import { bundled, startServer, type RealServer } from "./support/server.ts";

let scene: Scene;
beforeAll(async () => void (scene = await drawScene("purple", 1)));

describe("URLs into our own network, as the server is in production", () => {
  let server: RealServer;
  beforeAll(async () => void (server = await startServer()));
  afterAll(() => server[Symbol.asyncDispose]());

  it.each([
    "http://127.0.0.1/cat.png",
    "http://127.1/cat.png",
    "http://2130706433/cat.png",
    "http://0x7f000001/cat.png",
    "http://0177.0.0.1/cat.png",
    "http://localhost/cat.png",
    "http://0.0.0.0/cat.png",
    "http://10.0.0.7/cat.png",
    "http://172.16.0.1/cat.png",
    "http://192.168.1.1/cat.png",
    "http://100.64.0.1/cat.png",
    "http://169.254.169.254/latest/meta-data/",
    "https://[::1]/cat.png",
    "http://[::ffff:127.0.0.1]/cat.png",
    "http://[::ffff:a9fe:a9fe]/cat.png",
    "http://[64:ff9b::7f00:1]/cat.png",
    "http://[fd00::1]/cat.png",
    "http://[fe80::1]/cat.png",
    "http://１２７.0.0.1/cat.png",
  ])("%s", async (url) => {
    const message = `${bareHost(url)} is not a host of the public internet`;
    expectFailure(await caption(server.url, { url }), { code: "IMAGE_UNREACHABLE", message });
  });

  it.each([
    ["the server itself, by its port", () => `${server.url}/ready`, "only the ports 80 and 443"],
    ["a file", () => "file:///etc/passwd", "only http and https, not file:"],
    ["data", () => "data:image/png;base64,AAAA", "only http and https, not data:"],
    ["FTP", () => "ftp://example.org/cat.png", "only http and https, not ftp:"],
    ["a password", () => "https://user:secret@example.org/cat.png", "no user name or password"],
    ["no URL", () => "cat.png", "must be absolute"],
  ])("%s", async (_name, url, message) => {
    expectFailure(await caption(server.url, { url: url() }), { code: "BAD_USER_INPUT", message });
  });

  it("a name that nobody has", async () => {
    const answer = await caption(server.url, { url: "http://nobody.invalid/cat.png" });
    expectFailure(answer, { code: "IMAGE_UNREACHABLE", message: "nobody.invalid" });
  });

  it("leave the server well", () => expectHealthy(server.url));

  function bareHost(url: string): string {
    return new URL(url).hostname.replace(/^\[|\]$/g, "");
  }
});

/** The same server, but within this process, to which "cats.test" on any port is public and "inside.test" is not. */
describe("a public host that behaves badly", () => {
  const timeoutMs = 1_000;
  const addresses: Readonly<Record<string, string>> = { "cats.test": "127.0.0.1", "inside.test": "10.0.0.7" };
  const fetchPicture = createFetchPicture({
    ...publicOnly,
    ports: "any",
    timeoutMs,
    isAllowed: (address) => address === "127.0.0.1",
    resolve: (host) => Promise.resolve([{ address: addresses[host] ?? "10.0.0.8", family: 4 }]),
  });
  const listeners = new Map<string, RequestListener>([
    ["/good", (_request, response) => response.end(scene.png)],
    ["/moved", (_request, response) => response.writeHead(302, { location: "/good" }).end()],
    ["/inside", (_request, response) => response.writeHead(302, { location: "http://inside.test/" }).end()],
    ["/metadata", (_request, response) => response.writeHead(307, { location: "http://169.254.169.254/" }).end()],
    ["/loop", (_request, response) => response.writeHead(301, { location: "/loop" }).end()],
    ["/silent", () => undefined],
    ["/slow", (_request, response) => drip(response)],
    ["/announced", (_request, response) => response.writeHead(200, { "content-length": 1e9 }).write("x")],
    ["/endless", (_request, response) => flood(response)],
    ["/missing", (_request, response) => response.writeHead(404).end("<html>404</html>")],
    ["/page", (_request, response) => response.end("<html>a page</html>")],
    ["/nothing", (_request, response) => response.end()],
    [
      "/cut",
      (_request, response) => response.writeHead(200, { "content-length": 500 }).write("x", () => response.destroy()),
    ],
  ]);
  let host: Server;
  let server: TestServer<InferenceClient>;

  beforeAll(async () => {
    host = createServer((request, response) => listeners.get(request.url!)!(request, response)).listen(0, "127.0.0.1");
    const worker = workerConfig([{ name: "demo-blip-caption", folder: join(bundled, "demo-blip-caption") }], {
      device: "cpu",
      kvCacheBytes: 2 ** 28,
      weightCache: "unused",
    });
    const limits = { maxRequests, maxRequestBytes, timeoutMs: 30_000, log: () => undefined };
    const inference = startInference({ worker, ...limits });
    [server] = await Promise.all([startTestServer({ inference, fetchPicture }), inference.ready()]);
  });
  afterAll(async () => {
    host.closeAllConnections();
    host.close();
    await server[Symbol.asyncDispose]();
  });

  it.each([
    ["/inside", "IMAGE_UNREACHABLE", "inside.test is not a host of the public internet"],
    ["/metadata", "IMAGE_UNREACHABLE", "169.254.169.254 is not a host of the public internet"],
    ["/loop", "IMAGE_UNREACHABLE", "redirects more than 3 times"],
    ["/silent", "IMAGE_UNREACHABLE", "did not send the picture within 1000 ms"],
    ["/slow", "IMAGE_UNREACHABLE", "did not send the picture within 1000 ms"],
    ["/announced", "IMAGE_TOO_LARGE", "more than 20971520 bytes"],
    ["/endless", "IMAGE_TOO_LARGE", "more than 20971520 bytes"],
    ["/missing", "IMAGE_UNREACHABLE", "answered with status 404"],
    ["/page", "IMAGE_UNREADABLE", "This is an HTML page"],
    ["/nothing", "IMAGE_UNREADABLE", "no bytes"],
    ["/cut", "IMAGE_UNREACHABLE", "cats.test"],
  ])("%s", async (path, code, message) => {
    expectFailure(await caption(server.url, { url: await urlOf(path) }), { code, message });
  });

  it.each(["/good", "/moved"])("sends a picture all the same: %s", async (path) => {
    const { data } = await caption(server.url, { url: await urlOf(path) });
    expect(data.caption!.text).toContain(endingOf(scene.ground));
  });

  it("costs the server nothing but these requests", async () => {
    expect(server.errors).toEqual([]);
    await expectHealthy(server.url);
  });

  async function urlOf(path: string): Promise<string> {
    if (!host.listening) await once(host, "listening");
    return `http://cats.test:${(host.address() as AddressInfo).port}${path}`;
  }
});

/** A byte now and then, so that the connection is never idle. */
function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write("."), 50);
  response.once("close", () => clearInterval(timer));
}

/** Bytes without end, as fast as they are taken. */
function flood(response: ServerResponse): void {
  const chunk = Buffer.alloc(2 ** 20);
  while (!response.destroyed && response.write(chunk));
  if (!response.destroyed) response.once("drain", () => flood(response));
}
