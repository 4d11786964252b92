import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InferenceClient, SchedulerView } from "../../inference/index.ts";
import { schema } from "../../schema/index.ts";
import { operationCost } from "../../src/document-cost.ts";
import { resultsBy, websocketClient } from "../chat/websocket.ts";
import { resultsBySse } from "../chat/sse.ts";
import { golden, startTinyInference, tinyModels } from "../support/tiny-inference.ts";
import { TalkingInference } from "./talking-inference.ts";
import { ask, startTestServer, type TestServer } from "./test-server.ts";

const query = (everyMs: number): string => `subscription { scheduler(everyMs: ${everyMs}) { devices {
  id state workerDeaths workerReplacements
  caches { name bytes maxBytes hits shared misses }
  models {
    model { name } queued running generations sharedGenerations keptRows promptRows reusedRows
    networks { name passes msPerItem msPerPass }
  }
} } }`;

interface Results {
  readonly scheduler: { readonly devices: readonly { readonly models: readonly unknown[] }[] };
}

/** Counts how often its scheduler is looked at. */
class WatchedInference extends TalkingInference {
  views = 0;

  override scheduler(): Promise<SchedulerView> {
    this.views += 1;
    return super.scheduler();
  }
}

async function* overSse(url: string, document: string): AsyncGenerator<Results | undefined> {
  for await (const { data } of resultsBySse(url, {}, { query: document })) yield data as unknown as Results;
}

async function* overWebsocket(url: string, document: string): AsyncGenerator<Results | undefined> {
  const client = websocketClient(url);
  try {
    for await (const { data } of resultsBy<Results>(client, document)) yield data ?? undefined;
  } finally {
    await client.dispose();
  }
}

describe.each([
  ["SSE", overSse],
  ["WebSocket", overWebsocket],
])("subscription { scheduler } over %s", (_name, over) => {
  let server: TestServer<WatchedInference>;
  beforeAll(async () => (server = await startTestServer({ inference: new WatchedInference(), graceMs: 10_000 })));
  afterAll(() => server[Symbol.asyncDispose]());

  it("gives the view at once and at the interval, and stops looking when its client has left", async () => {
    const started = performance.now();
    const seen: (Results | undefined)[] = [];
    for await (const data of over(server.url, query(100))) if (seen.push(data) === 4) break;
    expect(performance.now() - started).toBeGreaterThan(280);
    expect(seen[3]?.scheduler.devices[0]).toMatchObject({
      caches: [{ name: "features", bytes: 5, maxBytes: 6, hits: 7, shared: 16, misses: 8 }],
      workerDeaths: 9,
      workerReplacements: 10,
    });
    expect(seen[3]?.scheduler.devices[0]?.models[0]).toMatchObject({
      generations: 17,
      sharedGenerations: 18,
      keptRows: 11,
      promptRows: 12,
      reusedRows: 13,
      networks: [{ name: "vision", msPerItem: 14, msPerPass: 15 }],
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { views } = server.inference;
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(server.inference.views).toBe(views);
  });

  it("gives the first at once, however long the interval", async () => {
    const started = performance.now();
    for await (const data of over(server.url, query(60_000))) {
      expect(data?.scheduler.devices).toHaveLength(1);
      break;
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("ends when the server stops, which need not wait for it", async () => {
    const stopping = await startTestServer({ inference: new WatchedInference(), graceMs: 20_000 });
    const seen: unknown[] = [];
    const watched = (async () => {
      for await (const data of over(stopping.url, query(60_000))) seen.push(data);
    })().catch(() => undefined);
    await expect.poll(() => seen).toHaveLength(1);
    const started = performance.now();
    await stopping[Symbol.asyncDispose]();
    await watched;
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("subscription { scheduler }", () => {
  it.each([99, 60_001])("refuses to look every %d ms", async (everyMs) => {
    await using server = await startTestServer();
    const results = resultsBy(websocketClient(server.url), query(everyMs));
    await expect(results.next()).rejects.toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
  });

  it("costs what the query costs", () => {
    const field = "scheduler { devices { id } }";
    const cost = (document: string): number => operationCost({ schema, document: parse(document) });
    expect(cost(`subscription { ${field} }`)).toBe(cost(`{ ${field} }`));
    expect(cost(`subscription { ${field} }`)).toBeGreaterThan(20);
  });
});

describe("the scheduler of a real worker", () => {
  let inference: InferenceClient;
  beforeAll(async () => {
    inference = startTinyInference({ models: [tinyModels[2]!] });
    await inference.ready();
  });
  afterAll(() => inference.close());

  it("is seen to have worked, by how many ask at once", async () => {
    await using server = await startTestServer({ inference });
    const image = { base64: readFileSync(join(golden, "blip/pictures/wide.png")).toString("base64") };
    const match = `query ($image: ImageInput!) { a: match(image: $image, text: "a") { probability }
      b: match(image: $image, text: "b") { probability } }`;
    expect((await ask(server.url, match, { image })).codes).toEqual([]);
    const views = await Promise.all(
      Array.from({ length: 5 }, async () => {
        for await (const data of overSse(server.url, query(100))) return data;
        return undefined;
      }),
    );
    for (const view of views) {
      expect(view?.scheduler.devices[0]).toMatchObject({ state: "ready", workerDeaths: 0 });
      expect(JSON.stringify(view)).toContain('"name":"vision","passes":1');
      expect(JSON.stringify(view)).toContain('"name":"pixels"');
    }
  });
});
