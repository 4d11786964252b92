import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { newKey } from "../../../src/access/new-key.ts";
import { SessionTokens } from "../../../src/access/session-tokens.ts";
import { addAs, bearer, keyFileText, keys, startKeyedServer, type Added, type KeyedServer } from "./keyed-server.ts";

let server: KeyedServer;
let picture: Added;
beforeAll(async () => {
  server = await startKeyedServer();
  picture = await addAs(server.url, "acme", "a cat");
});
afterAll(() => server[Symbol.asyncDispose]());

async function openSession(headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`${server.url}/session`, { method: "POST", headers });
}

/** The cookie as a browser would send it. */
async function cookieOf(headers: Readonly<Record<string, string>>): Promise<string> {
  return (await openSession(headers)).headers.get("set-cookie")!.split(";")[0]!;
}

const pictureBy = (cookie: string): Promise<Response> => fetch(server.url + picture.url, { headers: { cookie } });

describe("a session", () => {
  it("is a cookie that no script sees and no page elsewhere has sent, for pictures and an hour", async () => {
    const response = await openSession(bearer("acme"));
    expect(response.status).toBe(204);
    const cookie = response.headers.get("set-cookie")!;
    expect(cookie).toMatch(/^triptych-session=[\w-]+\.[\w-]+; Path=\/images; HttpOnly; SameSite=Strict; Max-Age=3600$/);
    expect(cookie).not.toContain(keys.acme);
    const secure = await openSession({ ...bearer("acme"), "x-forwarded-proto": "https" });
    expect(secure.headers.get("set-cookie")).toContain("; Secure;");
  });

  it("shows its tenant's pictures, and no other's", async () => {
    expect((await pictureBy(`other=1; ${await cookieOf(bearer("acme"))}`)).status).toBe(200);
    expect((await pictureBy(await cookieOf(bearer("bolt")))).status).toBe(404);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["nothing", {}],
    ["a key that is not known", { authorization: `Bearer ${newKey()}` }],
    ["another session", { cookie: "triptych-session=x.y" }],
  ])("is not opened with %s", async (_what, headers) => {
    const response = await openSession(headers);
    expect([response.status, response.headers.get("set-cookie")]).toEqual([401, null]);
  });

  it("opens nothing but pictures: what a page can be made to send unasked, does nothing", async () => {
    const cookie = await cookieOf(bearer("acme"));
    for (const headers of [{ cookie }, { cookie, "x-graphql-yoga-csrf": "1" }]) {
      const response = await fetch(`${server.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ query: "{ __typename }" }),
      });
      expect(response.status).toBe(401);
    }
    expect((await openSession({ cookie })).status).toBe(401);
  });

  it("does not stand in for a key that is wrong", async () => {
    const cookie = await cookieOf(bearer("acme"));
    const headers = { cookie, authorization: `Bearer ${newKey()}` };
    expect((await fetch(server.url + picture.url, { headers })).status).toBe(401);
  });

  it("is ended by who has it", async () => {
    const response = await fetch(`${server.url}/session`, { method: "DELETE" });
    expect(response.headers.get("set-cookie")).toMatch(/^triptych-session=; .*Max-Age=0$/);
    expect((await fetch(`${server.url}/session`)).status).toBe(405);
  });

  it("ends with its key", async () => {
    const cookie = await cookieOf(bearer("acme"));
    server.write(keyFileText({}, ["bolt"]));
    await expect.poll(async () => (await pictureBy(cookie)).status, { timeout: 5_000 }).toBe(401);
    server.write(keyFileText());
    await expect.poll(async () => (await pictureBy(cookie)).status, { timeout: 5_000 }).toBe(200);
  });
});

describe("a session's token", () => {
  afterEach(() => void vi.useRealTimers());

  const holder = { by: "key", id: "0123456789abcdef" } as const;
  const secret = (): string => "s".repeat(43);

  it("holds in every process with the same secret, until its time", () => {
    vi.useFakeTimers();
    const token = new SessionTokens(secret).sign(holder, Date.now() + 1_000);
    expect(new SessionTokens(secret).holderOf(token)).toEqual(holder);
    expect(new SessionTokens(() => undefined).holderOf(token)).toBeUndefined();
    vi.advanceTimersByTime(1_000);
    expect(new SessionTokens(secret).holderOf(token)).toBeUndefined();
  });

  it.each([
    ["nothing", () => ""],
    ["a dot", () => "."],
    ["no signature", (token: string) => token.split(".")[0]!],
    ["another's payload", (token: string) => `${payloadOf({ by: "key", id: "f".repeat(16) })}.${token.split(".")[1]}`],
    ["a shorter signature", (token: string) => token.slice(0, -1)],
    ["what is no JSON", () => "e30.e30"],
  ])("is none with %s", (_what, change) => {
    const tokens = new SessionTokens(secret);
    expect(tokens.holderOf(change(tokens.sign(holder, Date.now() + 1_000)))).toBeUndefined();
  });

  function payloadOf(other: object): string {
    return Buffer.from(JSON.stringify({ holder: other, until: Date.now() + 1e9 })).toString("base64url");
  }
});
