import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { model } from "../gallery/fake-inference.ts";
import { TalkingInference } from "./talking-inference.ts";
import { answerOf, ask, startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer<TalkingInference>;
beforeAll(
  async () =>
    void (server = await startTestServer({ env: { CORS_ORIGINS: "https://friend.example,https://pal.example" } })),
);
afterAll(() => server[Symbol.asyncDispose]());

const query = "{ models { name } }";
const json = { "content-type": "application/json" };

function post(headers: Readonly<Record<string, string>>, body = JSON.stringify({ query })): Promise<Response> {
  return fetch(`${server.url}/graphql`, { method: "POST", headers, body });
}

describe("requests that a page elsewhere could send unasked", () => {
  it.each([
    ["text/plain", JSON.stringify({ query })],
    ["application/x-www-form-urlencoded", `query=${encodeURIComponent(query)}`],
    ["Text/Plain; charset=utf-8", JSON.stringify({ query })],
  ])("are refused as %s", async (type, body) => {
    const { status, codes } = await answerOf(await post({ "content-type": type }, body));
    expect([status, codes]).toEqual([403, ["FORBIDDEN"]]);
  });

  it("are refused as GET, unless a header shows that they are not such", async () => {
    const url = `${server.url}/graphql?query=${encodeURIComponent(query)}`;
    expect((await fetch(url)).status).toBe(403);
    for (const header of ["x-graphql-yoga-csrf", "apollo-require-preflight", "graphql-require-preflight"]) {
      expect((await fetch(url, { headers: { [header]: "1" } })).status).toBe(200);
    }
  });

  it("never change anything as GET", async () => {
    const mutation = encodeURIComponent('mutation { removeImages(input: { ids: ["x"] }) { removedIds } }');
    const response = await fetch(`${server.url}/graphql?query=${mutation}`, {
      headers: { "x-graphql-yoga-csrf": "1" },
    });
    const { status, codes } = await answerOf(response);
    expect([status, codes]).toEqual([405, ["BAD_USER_INPUT"]]);
  });
});

describe("other origins", () => {
  it("may read answers only if they are listed", async () => {
    const allowed = await post({ ...json, origin: "https://friend.example" });
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://friend.example");
    const other = await post({ ...json, origin: "https://evil.example" });
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
    const sandboxed = await post({ ...json, origin: "null" });
    expect(sandboxed.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("are told before they send", async () => {
    const preflight = (origin: string): Promise<Response> =>
      fetch(`${server.url}/graphql`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
    const allowed = await preflight("https://pal.example");
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://pal.example");
    expect(allowed.headers.get("access-control-allow-headers")).toContain("content-type");
    const other = await preflight("https://evil.example");
    expect([...other.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("may not, any of them, unless some are listed", async () => {
    await using alone = await startTestServer();
    for (const method of ["OPTIONS", "POST"]) {
      const headers = { ...json, origin: "https://friend.example", "access-control-request-method": "POST" };
      const response = await fetch(`${alone.url}/graphql`, {
        method,
        headers,
        ...(method === "POST" ? { body: JSON.stringify({ query }) } : {}),
      });
      expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});

describe("the server's own name", () => {
  it.each(["localhost", "127.0.0.1", "LOCALHOST:80", "[::1]:4000"])("may be %s", async (host) => {
    expect(await statusWithHost(host)).toBe(200);
  });

  it.each(["evil.example", "evil.example:4000", "127.0.0.1.evil.example", ""])("may not be %j", async (host) => {
    expect(await statusWithHost(host)).toBe(421);
  });

  function statusWithHost(host: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      httpRequest(`${server.url}/health`, { headers: { host }, setHost: false })
        .on("response", (response) => {
          response.resume();
          resolve(response.statusCode);
        })
        .on("error", reject)
        .end();
    });
  }
});

describe("paths", () => {
  it("/ leads to GraphiQL", async () => {
    const response = await fetch(`${server.url}/?x=1`, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "/graphql"]);
  });

  it("/health is alive", async () => {
    const response = await fetch(`${server.url}/health?x=1`);
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
  });

  it("/graphql is not /health because of its query string", async () => {
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}&x=/health`, {
      headers: { "x-graphql-yoga-csrf": "1" },
    });
    expect((await answerOf(response)).data).toBeDefined();
  });

  it("nowhere is 404, writing is 405, both in JSON", async () => {
    const missing = await answerOf(await fetch(`${server.url}/nowhere`));
    expect([missing.status, missing.codes]).toEqual([404, ["NOT_FOUND"]]);
    const writing = await fetch(`${server.url}/health`, { method: "POST" });
    expect(writing.headers.get("allow")).toBe("GET, HEAD");
    expect((await answerOf(writing)).status).toBe(405);
  });

  it("/graphql answers in JSON what it cannot take or give", async () => {
    const media = await post({ "content-type": "application/pdf" }, "x");
    expect([media.status, (await answerOf(media)).codes]).toEqual([415, ["BAD_USER_INPUT"]]);
    const accept = await post({ ...json, accept: "text/csv" });
    expect([accept.status, (await answerOf(accept)).codes]).toEqual([406, ["BAD_USER_INPUT"]]);
    const method = await fetch(`${server.url}/graphql`, { method: "DELETE", headers: json });
    expect([method.status, (await answerOf(method)).codes]).toEqual([405, ["BAD_USER_INPUT"]]);
  });
});

describe("/ready", () => {
  it("is 200 once all models are loaded", async () => {
    const response = await fetch(`${server.url}/ready`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ready: true, missing: [] });
  });

  it.each(["LOADING", "FAILED", "UNLOADED"] as const)("is 503 while one is %s, and says which", async (state) => {
    await using waiting = await startTestServer({
      inference: new TalkingInference([model("a"), model("b", { state })]),
    });
    const response = await fetch(`${waiting.url}/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      ready: false,
      missing: ["b"],
      models: [
        { name: "a", state: "READY" },
        { name: "b", state },
      ],
    });
  });

  it("is 503 before any is known, and says which are expected", async () => {
    await using waiting = await startTestServer({ inference: new TalkingInference([]), modelNames: ["demo"] });
    const response = await fetch(`${waiting.url}/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ ready: false, missing: ["demo"] });
  });
});

describe("pictures of the gallery", () => {
  it("are sent with headers under which nothing can run", async () => {
    const [picture] = await server.gallery.add([{ image: { bytes: Buffer.from("picture:cat") } }]);
    const url = `${server.url}/images/${picture!.id}`;
    const response = await fetch(url);
    expect(await response.text()).toBe("picture:cat");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": "11",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "cache-control": "public, max-age=31536000, immutable",
      etag: `"${picture!.id}"`,
    });
    const head = await fetch(url, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "11", ""]);
    const known = await fetch(url, { headers: { "if-none-match": `"x", W/"${picture!.id}"` } });
    expect([known.status, await known.text()]).toEqual([304, ""]);
  });

  it.each(["0".repeat(64), "../../etc/passwd", "%2e%2e/x", "", "A".repeat(64), `${"0".repeat(64)}/x`])(
    "are 404 otherwise: %s",
    async (id) => {
      const response = await fetch(`${server.url}/images/${id}`);
      expect([response.status, (await answerOf(response)).codes]).toEqual([404, ["NOT_FOUND"]]);
    },
  );
});

describe("stopping", () => {
  it("lets what runs end, and takes nothing new", async () => {
    const stopping = await startTestServer();
    stopping.inference.before = () => new Promise((resolve) => setTimeout(resolve, 50));
    const running = ask(stopping.url, '{ caption(image: { base64: "AAAA" }) { text } }');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await stopping[Symbol.asyncDispose]();
    expect((await running).codes).toEqual(["IMAGE_UNREADABLE"]);
    await expect(fetch(`${stopping.url}/health`)).rejects.toThrow();
  });

  it("cuts a connection that says nothing", async () => {
    const stopping = await startTestServer();
    const socket = connect(Number(new URL(stopping.url).port), "127.0.0.1");
    const closed = new Promise((resolve) => socket.on("close", resolve).on("error", resolve));
    await new Promise((resolve) => socket.once("connect", resolve));
    await stopping[Symbol.asyncDispose]();
    await closed;
  });
});
