import { brotliDecompressSync } from "node:zlib";
import { get, type IncomingHttpHeaders } from "node:http";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readWebPage } from "../../src/web-page.ts";
import type { TalkingInference } from "./talking-inference.ts";
import { answerOf, startTestServer, type TestServer } from "./test-server.ts";

const html = "<!doctype html><title>a page</title>";
const script = `// ${"long ".repeat(500)}`;

let folder: string;
let server: TestServer<TalkingInference>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "triptych-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), html);
  await writeFile(join(folder, "assets/room-1a2b.js"), script);
  await writeFile(join(folder, "assets/font.woff2"), Buffer.from([1, 2, 3]));
  server = await startTestServer({ webPage: (await readWebPage(folder))! });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe("the page for people", () => {
  it.each(["/", "/chat", "/search", "/chat?conversation=1"])(
    "is the same document at %s, which is asked for anew",
    async (path) => {
      const page = await fetch(`${server.url}${path}`);
      expect([page.status, await page.text()]).toEqual([200, html]);
      expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(page.headers.get("cache-control")).toBe("no-cache");
    },
  );

  it("may load its own files alone, and make no script of text", async () => {
    const policy = (await fetch(server.url)).headers.get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it("has files that are kept for ever, compressed for those who can read it", async () => {
    const plain = await bytesOf("/assets/room-1a2b.js", "identity");
    expect(plain.body.toString()).toBe(script);
    expect(plain.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
    });
    const compressed = await bytesOf("/assets/room-1a2b.js", "gzip, br");
    expect(compressed.headers["content-encoding"]).toBe("br");
    expect(compressed.body.length).toBeLessThan(script.length / 10);
    expect(brotliDecompressSync(compressed.body).toString()).toBe(script);
    const font = await bytesOf("/assets/font.woff2", "br");
    expect(font.headers).toMatchObject({ "content-type": "font/woff2", "content-length": "3" });
    expect(font.headers).not.toHaveProperty("content-encoding");
  });

  it.each([
    "/index.html",
    "/assets",
    "/assets/",
    "/assets/../index.html",
    "/assets/%2e%2e/index.html",
    "/__proto__",
    "/rooms",
  ])("has nothing at %s", async (path) => {
    const { status, body } = await bytesOf(path, "identity");
    expect([status, body.toString()]).toEqual([404, expect.stringContaining("NOT_FOUND") as string]);
  });

  it("is for reading", async () => {
    const head = await fetch(server.url, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([
      200,
      String(html.length),
      "",
    ]);
    const posted = await fetch(server.url, { method: "POST" });
    expect([posted.status, (await answerOf(posted)).codes]).toEqual([405, ["BAD_USER_INPUT"]]);
  });

  it("leaves GraphiQL's place to it where there is none", async () => {
    await using without = await startTestServer();
    const response = await fetch(without.url, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "/graphql"]);
    expect(await readWebPage(join(folder, "nothing"))).toBeUndefined();
  });
});

interface Sent {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** As it is sent: fetch would decompress it, and tidy the path. */
function bytesOf(path: string, encoding: string): Promise<Sent> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    get({ hostname, port, path, headers: { "accept-encoding": encoding } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    }).on("error", reject);
  });
}
