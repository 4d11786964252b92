import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TalkingInference } from "./talking-inference.ts";
import { answerOf, startTestServer, type TestServer } from "./test-server.ts";

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
    expect(allowed.headers.get("access-control-allow-headers")).toContain("traceparent");
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
