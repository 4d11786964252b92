import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InferenceClient } from "../../inference/index.ts";
import { AT_ONCE_MS } from "../../inference/worker/tasks.ts";
import { Metrics } from "../../src/metrics.ts";
import { startMetricsServer, type MetricsServer } from "../../src/metrics-server.ts";
import { textOf, type ChatEvent } from "../chat/events.ts";
import { chatBySse, resultsBySse } from "../chat/sse.ts";
import { scrape, type Exposition } from "../src/exposition.ts";
import { startTestServer, type TestServer } from "../src/test-server.ts";
import { startTinyInference } from "../support/tiny-inference.ts";
import { inNewBytes } from "./support/load.ts";
import { caption, captionUpload, inBase64 } from "./support/operations.ts";
import { drawScene, type Scene } from "./support/pictures.ts";
import { bundled } from "./support/server.ts";
import { eventually } from "./support/wait.ts";

const numClients = 100;
const [captioning, chatting] = ["demo-blip-caption", "demo-llava"] as const;
/** Longer than it takes a hundred requests to come. */
const steps = 120;
const beams = { minTokens: steps, maxTokens: steps, beams: 8 };
const tokens = 200;
const greedy = { minTokens: tokens, maxTokens: tokens, temperature: 0 };
const log = { info: () => undefined, error: () => undefined, finished: () => undefined };

let server: TestServer<InferenceClient>;
let metrics: MetricsServer;
let scene: Scene;
beforeAll(async () => {
  const models = [captioning, chatting].map((name) => ({ name, folder: join(bundled, name) }));
  const inference = startTinyInference({ models, timeoutMs: 120_000 });
  [scene] = await Promise.all([drawScene("red", 1), inference.ready()]);
  server = await startTestServer({ inference, env: { MAX_CHATS: "256", CHAT_GRACE_MS: "0" } });
  const address = { host: "127.0.0.1", port: 0, hosts: ["127.0.0.1"] };
  metrics = await startMetricsServer({ metrics: new Metrics(), inference, address, log });
});
afterAll(async () => {
  await metrics.close();
  await server[Symbol.asyncDispose]();
});

describe(`${numClients} captions of one picture, asked for at once, each with an upload of its own`, () => {
  const ask = (bytes: Buffer) => captionUpload(server.url, bytes, { "graphql-require-preflight": "1" }, beams);

  it("are one decode, one encode and one generation, and all equal", async () => {
    const bytes = inNewBytes(scene);
    const counted = await counting(captioning);
    const answers = await atOnce(() => clients(() => ask(bytes)));
    expect(await counted()).toEqual({ decodes: 1, encodes: 1, generations: 1, shared: numClients - 1, tokens: steps });
    expectAllEqual(answers.map(({ data, errors }) => data.caption?.text ?? errors));
    await delay(AT_ONCE_MS);
    expect((await ask(inNewBytes(scene))).data.caption!.text).toBe(answers[0]!.data.caption!.text);
  });

  it("are one generation though it is over before the last has come", async () => {
    const bytes = inNewBytes(scene);
    const counted = await counting(captioning);
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await caption(server.url, inBase64(bytes)));
    expectAllEqual(answers.map(({ data, errors }) => data.caption?.text ?? errors));
    const { decodes, encodes, generations, shared } = await counted();
    expect({ decodes, encodes, generations, shared }).toEqual({ decodes: 1, encodes: 1, generations: 1, shared: 4 });
  });

  it("are so too where half of them leave while it is generated, the first among them", async () => {
    const leaving = new AbortController();
    const counted = await counting(captioning);
    const image = inBase64(inNewBytes(scene));
    const asked = atOnce(() =>
      Promise.allSettled(
        Array.from({ length: numClients }, (_, i) =>
          caption(server.url, image, { variables: { options: beams }, ...(i % 2 === 0 && { signal: leaving.signal }) }),
        ),
      ),
    );
    await eventually("it is generated", async () => ((await counted()).tokens > 0 ? true : undefined));
    leaving.abort();
    const ends = await asked;
    expect(ends.map(({ status }) => status)).toEqual(ends.map((_, i) => (i % 2 === 0 ? "rejected" : "fulfilled")));
    const answers = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
    expectAllEqual(answers.map(({ data, errors }) => data.caption?.text ?? errors));
    expect(await counted()).toEqual({ decodes: 1, encodes: 1, generations: 1, shared: numClients - 1, tokens: steps });
  });
});

describe(`${numClients} equal chats at once`, () => {
  const input = (bytes: Buffer, options: object = greedy) => ({
    messages: [{ role: "USER", text: "what is on the left?", images: [inBase64(bytes)] }],
    options,
  });

  it.each([
    ["greedy", greedy],
    ["sampled by one seed", { ...greedy, temperature: 1, seed: 7 }],
  ])("%s, are one decode, one encode and one generation, and each is told all, in order", async (_, options) => {
    const bytes = inNewBytes(scene);
    const counted = await counting(chatting);
    const chats = await atOnce(() => clients(() => chatBySse(server.url, input(bytes, options))));
    expect(await counted()).toEqual({ decodes: 1, encodes: 1, generations: 1, shared: numClients - 1, tokens });
    for (const events of chats) expectWhole(events);
    expectAllEqual(chats.map(textOf));
    expect(textOf(await chatBySse(server.url, input(inNewBytes(scene), options)))).toBe(textOf(chats[0]!));
  });

  it("go on where half of them leave in the middle, the first among them", async () => {
    const bytes = inNewBytes(scene);
    const counted = await counting(chatting);
    const chats = await atOnce(() =>
      clients((i) => (i % 2 === 0 ? leavingAfter(20, input(bytes)) : chatBySse(server.url, input(bytes)))),
    );
    const stayed = chats.filter((_, i) => i % 2 === 1);
    for (const events of stayed) expectWhole(events);
    expectAllEqual(stayed.map(textOf));
    for (const events of chats) expect(textOf(stayed[0]!).startsWith(textOf(events))).toBe(true);
    expect(await counted()).toEqual({ decodes: 1, encodes: 1, generations: 1, shared: numClients - 1, tokens });
  });

  it("that come one after the other are told what was said, and then the rest", async () => {
    const bytes = inNewBytes(scene);
    const counted = await counting(chatting);
    const first = chatBySse(server.url, input(bytes));
    await eventually("it is generated", async () => ((await counted()).tokens > 0 ? true : undefined));
    const late = await chatBySse(server.url, input(bytes));
    expectWhole(late);
    expect(textOf(late)).toBe(textOf(await first));
    const { decodes, encodes, generations, shared } = await counted();
    expect([decodes, encodes, generations + shared]).toEqual([1, 1, 2]);
  });

  async function leavingAfter(numEvents: number, asked: object): Promise<readonly ChatEvent[]> {
    const leaving = new AbortController();
    const events: ChatEvent[] = [];
    for await (const { data } of resultsBySse(server.url, { ...asked }, { signal: leaving.signal })) {
      events.push(data!.chat);
      if (events.length === numEvents) break;
    }
    leaving.abort();
    return events;
  }
});

function clients<T>(request: (i: number) => Promise<T>): Promise<readonly T[]> {
  return Promise.all(Array.from({ length: numClients }, (_, i) => request(i)));
}

/** Has the worker stand still until all have come: on a busy machine the first might be answered before the last is there. */
async function atOnce<T>(requests: () => Promise<T>): Promise<T> {
  const worker = server.inference.workerPid!;
  process.kill(worker, "SIGSTOP");
  const haveCome = eventually("all have come", () =>
    server.inference.numOutstanding === numClients ? true : undefined,
  ).finally(() => process.kill(worker, "SIGCONT"));
  const [answers] = await Promise.all([requests(), haveCome]);
  return answers;
}

/** What there was of a model since then. */
async function counting(model: string) {
  const before = await scrape(metrics.url);
  return async () => {
    const after = await scrape(metrics.url);
    const grew = (name: string, labels: Readonly<Record<string, string>>): number => {
      const [from, to] = [before, after].map((seen: Exposition) => seen.value(name, labels));
      return to! - from!;
    };
    return {
      decodes: grew("triptych_cache_misses_total", { cache: "pictures" }),
      encodes: grew("triptych_encoded_images_total", { model }),
      generations: grew("triptych_generations_total", { model }),
      shared: grew("triptych_shared_generations_total", { model }),
      tokens: grew("triptych_decoded_tokens_total", { model }),
    };
  };
}

function expectAllEqual(values: readonly unknown[]): void {
  expect(values.length).toBeGreaterThan(1);
  expect([...new Set(values)]).toEqual([expect.stringMatching(/\w/)]);
}

/** Numbered without a gap, begun once, and ended with all that was told. */
function expectWhole(events: readonly ChatEvent[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
  expect(events.filter(({ __typename }) => __typename === "ChatStarted")).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({ finishReason: "LENGTH", completionTokens: tokens, text: textOf(events) });
}
