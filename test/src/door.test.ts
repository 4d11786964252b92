import { Agent, request, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { json } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InferenceError, type ResultOf, type SubmitOptions, type Task } from "../../inference/index.ts";
import { Door } from "../../src/door.ts";
import type { FinishedOperation } from "../../src/operation.ts";
import { TalkingInference } from "./talking-inference.ts";
import { startTestServer, type TestServer } from "./test-server.ts";

const upload = { headers: { "content-length": "100000" } };

describe("the door", () => {
  function refusing(retryAfterMs: number) {
    let now = 0;
    const door = new Door(() => now);
    const refuse = (client: string): void => {
      const task = { kind: "caption", model: "m", image: { bytes: new Uint8Array() }, options: {} } as const;
      door.watcherOf(client).began(task).ended({ code: "OVERLOADED", retryAfterMs });
    };
    return { door, refuse, pass: (ms: number) => void (now += ms) };
  }

  it("is closed to whoever was refused, until the time that was told", () => {
    const { door, refuse, pass } = refusing(120);
    expect(door.refusalOf("a", upload)).toBeUndefined();
    refuse("a");
    pass(50);
    expect(door.refusalOf("a", upload)).toMatchObject({ code: "OVERLOADED", retryAfterMs: 70 });
    expect(door.refusalOf("b", upload)).toBeUndefined();
    pass(70);
    expect(door.refusalOf("a", upload)).toBeUndefined();
  });

  it("opens before, where that is long: something else may be taken, and is asked for", () => {
    const { door, refuse, pass } = refusing(20_000);
    refuse("a");
    pass(249);
    expect(door.refusalOf("a", upload)).toMatchObject({ retryAfterMs: 19_751 });
    pass(1);
    expect(door.refusalOf("a", upload)).toBeUndefined();
  });

  it("lets in a request that was told to come again and does, once, and no other one of its client", () => {
    const { door, refuse, pass } = refusing(200);
    const other = { headers: { "content-length": "100001" } };
    refuse("a");
    expect(door.refusalOf("a", upload)).toMatchObject({ retryAfterMs: 200 });
    pass(199);
    refuse("a");
    expect(door.refusalOf("a", upload)).toMatchObject({ retryAfterMs: 200 });
    pass(199);
    refuse("a");
    pass(1);
    expect(door.refusalOf("a", other)).toMatchObject({ retryAfterMs: 199 });
    expect(door.refusalOf("a", upload)).toBeUndefined();
    expect(door.refusalOf("a", upload)).toMatchObject({ retryAfterMs: 199 });
  });

  it("takes one that comes much later than it was told for another that is as long", () => {
    const { door, refuse, pass } = refusing(100);
    refuse("a");
    expect(door.refusalOf("a", upload)).toMatchObject({ retryAfterMs: 100 });
    pass(351);
    refuse("a");
    expect(door.refusalOf("a", upload)).toMatchObject({ retryAfterMs: 100 });
    pass(350);
    refuse("a");
    expect(door.refusalOf("a", upload)).toBeUndefined();
  });

  it("stands open to what carries no picture", () => {
    const { door, refuse } = refusing(100);
    refuse("a");
    expect(door.refusalOf("a", { headers: { "content-length": "2000" } })).toBeUndefined();
    expect(door.refusalOf("a", { headers: {} })).toBeUndefined();
    expect(door.refusalOf("a", { headers: { "transfer-encoding": "chunked" } })).toBeDefined();
  });

  it("is closed by nothing but OVERLOADED with a time", () => {
    const door = new Door(() => 0);
    const watcher = door.watcherOf("a");
    const task = { kind: "embedText", model: "m", text: "" } as const;
    watcher.began(task).ended({ code: "OK" });
    watcher.began(task).ended({ code: "DEADLINE_EXCEEDED" });
    expect(door.refusalOf("a", upload)).toBeUndefined();
  });
});

/** Has no room, for as long as it is said. */
class FullInference extends TalkingInference {
  retryAfterMs: number | undefined;
  numAsked = 0;

  override submit<T extends Task>(task: T, options: SubmitOptions = {}): Promise<ResultOf<T>> {
    this.numAsked += 1;
    const { retryAfterMs } = this;
    if (retryAfterMs === undefined) return super.submit(task, options);
    return Promise.reject(new InferenceError("OVERLOADED", "It is full.", { retryAfterMs }));
  }
}

describe("a server that has no room", () => {
  const finished: FinishedOperation[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let server: TestServer<FullInference>;
  beforeAll(async () => {
    const onOperation = (operation: FinishedOperation): void => void finished.push(operation);
    const env = { CLIENT_HEADER: "x-client" };
    server = await startTestServer({ inference: new FullInference(), env, onOperation });
  });
  afterAll(async () => {
    agent.destroy();
    await server[Symbol.asyncDispose]();
  });

  it("refuses the next picture without reading it, and takes the client's next request on the same connection", async () => {
    server.inference.retryAfterMs = 60_000;
    expect(await describePicture("greedy")).toMatchObject({ status: 200, code: "OVERLOADED", retryAfterMs: 60_000 });
    const { numAsked } = server.inference;
    const [refused, again] = [await describePicture("greedy"), await describePicture("greedy")];
    expect(refused).toMatchObject({ status: 503, code: "OVERLOADED", retryAfter: "60" });
    expect(refused.retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(again).toMatchObject({ status: 503, isReused: true });
    expect(server.inference.numAsked).toBe(numAsked);
    await expect.poll(() => finished.filter(({ code }) => code === "OVERLOADED")).toHaveLength(3);
    server.inference.retryAfterMs = undefined;
    expect(await describePicture("polite")).toMatchObject({ status: 200, code: undefined });
    await expect.poll(async () => (await describePicture("greedy")).code).toBeUndefined();
  });

  it("asks again soon: room may be there before it was told", async () => {
    server.inference.retryAfterMs = 60_000;
    await describePicture("patient");
    server.inference.retryAfterMs = undefined;
    await delay(300);
    expect(await describePicture("patient")).toMatchObject({ status: 200, code: undefined });
  });

  async function describePicture(client: string) {
    const base64 = Buffer.from(`picture:${"word ".repeat(200_000)}`).toString("base64");
    const query = "query Q($image: ImageInput!) { caption(image: $image) { text } }";
    const body = JSON.stringify({ query, variables: { image: { base64 } } });
    const headers = { "content-type": "application/json", "x-client": client, "content-length": body.length };
    const sending = request(`${server.url}/graphql`, { method: "POST", agent, headers });
    const answering = once(sending, "response") as Promise<[IncomingMessage]>;
    sending.end(body);
    const [response] = await answering;
    const { errors } = (await json(response)) as { errors?: { extensions: { code: string; retryAfterMs: number } }[] };
    const { code, retryAfterMs } = errors?.[0]?.extensions ?? {};
    const retryAfter = response.headers["retry-after"];
    return { status: response.statusCode, code, retryAfterMs, retryAfter, isReused: sending.reusedSocket };
  }
});
