import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { model } from "../gallery/fake-inference.ts";
import { TalkingInference } from "./talking-inference.ts";
import { answerOf, ask, startTestServer, type TestServer } from "./test-server.ts";

let server: TestServer<TalkingInference>;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server[Symbol.asyncDispose]());

const query = "{ models { name } }";
const json = { "content-type": "application/json" };

function post(headers: Readonly<Record<string, string>>, body = JSON.stringify({ query })): Promise<Response> {
  return fetch(`${server.url}/graphql`, { method: "POST", headers, body });
}

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

  it.each(["LOADING", "FAILED"] as const)("is 503 while one is %s, and says which", async (state) => {
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

  it.each([{ state: "UNLOADED" }, { state: "LOADING", isOnDemand: true }] as const)(
    "is 200 while one is to be loaded on demand: %o",
    async (lazy) => {
      await using waiting = await startTestServer({ inference: new TalkingInference([model("a"), model("b", lazy)]) });
      const response = await fetch(`${waiting.url}/ready`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ missing: [], models: [{ state: "READY" }, { state: lazy.state }] });
    },
  );

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
    let running: ReturnType<typeof ask> | undefined;
    await new Promise<void>((onBegun) => {
      stopping.inference.before = () => {
        onBegun();
        return new Promise((resolve) => setTimeout(resolve, 50));
      };
      running = ask(stopping.url, '{ caption(image: { base64: "AAAA" }) { text } }');
    });
    await stopping[Symbol.asyncDispose]();
    expect((await running!).codes).toEqual(["IMAGE_UNREADABLE"]);
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

describe("starting", () => {
  it("says so where the port is taken", async () => {
    const { port } = new URL(server.url);
    await expect(startTestServer({ env: { PORT: port } })).rejects.toThrow(`port ${port}: it is taken`);
  });
});
