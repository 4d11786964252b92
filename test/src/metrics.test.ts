import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChatTask, InferenceClient, MatchTask } from "../../inference/index.ts";
import { Metrics } from "../../src/metrics.ts";
import { startMetricsServer, type MetricsServer } from "../../src/metrics-server.ts";
import { ObservedInference } from "../../src/observed-inference.ts";
import { golden, startTinyInference, tinyModels } from "../support/tiny-inference.ts";
import { scrape } from "./exposition.ts";
import { TalkingInference } from "./talking-inference.ts";

const picture = { bytes: readFileSync(join(golden, "llava/pictures/square.png")) };
const address = { host: "127.0.0.1", port: 0, hosts: ["127.0.0.1"] };
const log = { info: () => undefined, error: () => undefined, finished: () => undefined };

function chat(text: string, tokens: number): ChatTask {
  const options = { minTokens: tokens, maxTokens: tokens };
  return { kind: "chat", model: "clip-llama", messages: [{ role: "USER", text, images: [picture] }], options };
}

const match = (text: string): MatchTask => ({ kind: "match", model: "retrieval-base", image: picture, text });

describe("metrics of tiny models that really run", () => {
  let client: InferenceClient;
  let inference: ObservedInference;
  let server: MetricsServer;
  beforeAll(async () => {
    const models = [tinyModels[2]!, { name: "clip-llama", folder: join(golden, "llava/clip-llama") }];
    client = startTinyInference({ models, timeoutMs: 60_000 });
    const metrics = new Metrics();
    inference = new ObservedInference(client, metrics);
    server = await startMetricsServer({ metrics, inference, address, log });
    await client.ready();
  });
  afterAll(async () => {
    await server.close();
    await client.close();
  });

  it("count a chat: its passes, its tokens, and the times between them", async () => {
    const progress = { onProgress: () => undefined };
    const { promptTokens } = await inference.submit(chat("what is it?", 12), progress);
    const seen = await scrape(server.url);
    const model = "clip-llama";
    expect(seen.value("triptych_requests_total", { model, kind: "chat", code: "OK" })).toBe(1);
    expect(seen.value("triptych_requests_in_flight", { model })).toBe(0);
    expect(seen.value("triptych_time_to_first_token_seconds_count", { model })).toBe(1);
    expect(seen.value("triptych_time_between_tokens_seconds_count", { model })).toBe(11);
    expect(seen.value("triptych_decoded_tokens_total", { model })).toBe(12);
    expect(seen.value("triptych_encoded_images_total", { model })).toBe(1);
    expect(seen.value("triptych_prompt_rows_total", { model })).toBe(promptTokens);
    expect(seen.value("triptych_batch_size_sum", { model, network: "vision", pass: "encode" })).toBe(1);
    expect(seen.value("triptych_batch_size_bucket", { model, network: "decoder", pass: "step", le: "1" })).toBe(11);
    expect(seen.value("triptych_queue_seconds_count", { model, kind: "chat" })).toBe(1);
    const served = seen.value("triptych_service_seconds_sum", { model, kind: "chat" })!;
    const passed = seen.value("triptych_pass_seconds_sum", { model })!;
    expect(passed).toBeGreaterThan(0);
    expect(seen.value("triptych_device_seconds_total", { model, kind: "chat" })).toBeLessThanOrEqual(served);
    expect(served).toBeGreaterThan(passed / 2);
  });

  it("count hits of the caches, and rows that a later turn need not compute", async () => {
    const before = await scrape(server.url);
    await inference.submit(chat("what is it?", 2));
    const after = await scrape(server.url);
    const grew = (name: string, labels: Readonly<Record<string, string>>): number =>
      after.value(name, labels)! - before.value(name, labels)!;
    expect(grew("triptych_reused_rows_total", { model: "clip-llama" })).toBeGreaterThan(10);
    expect(grew("triptych_encoded_images_total", { model: "clip-llama" })).toBe(0);
    expect(grew("triptych_cache_hits_total", { cache: "pixels" })).toBe(1);
    expect(grew("triptych_cache_misses_total", { cache: "pixels" })).toBe(0);
    expect(after.value("triptych_kept_rows", { model: "clip-llama" })).toBeGreaterThan(10);
    expect(after.value("triptych_cache_bytes", { cache: "features" })).toBeGreaterThan(0);
  });

  it("count what comes together as one batch", async () => {
    await Promise.all(["a cat", "a dog", "a pig", "a bus"].map((text) => inference.submit(match(text))));
    const seen = await scrape(server.url);
    const model = "retrieval-base";
    expect(seen.value("triptych_requests_total", { model, kind: "match", code: "OK" })).toBe(4);
    expect(seen.value("triptych_batch_size_sum", { model, network: "vision" })).toBe(1);
    const passes = seen.value("triptych_batch_size_count", { model })!;
    expect(seen.value("triptych_batch_size_sum", { model })).toBeGreaterThan(passes);
  });

  it("count failures by their codes", async () => {
    await expect(inference.submit({ ...match("x"), image: { bytes: Buffer.from("none") } })).rejects.toThrow();
    const signal = AbortSignal.abort();
    await expect(inference.submit(match("x"), { signal })).rejects.toThrow();
    const seen = await scrape(server.url);
    const ofMatches = { model: "retrieval-base", kind: "match" };
    expect(seen.value("triptych_requests_total", { ...ofMatches, code: "IMAGE_UNREADABLE" })).toBe(1);
    expect(seen.value("triptych_requests_total", { ...ofMatches, code: "CANCELLED" })).toBe(1);
  });

  it("have buckets that only grow with their bounds, the last with all values", async () => {
    const seen = await scrape(server.url);
    const histograms = [...seen.types].filter(([, type]) => type === "histogram").map(([name]) => name);
    expect(histograms).toContain("triptych_pass_seconds");
    for (const { name, labels, value } of histograms.flatMap((histogram) => seen.of(`${histogram}_count`))) {
      const buckets = seen.of(name.replace("_count", "_bucket"), labels);
      const counts = buckets.map((bucket) => bucket.value);
      expect(counts).toEqual([...counts].sort((a, b) => a - b));
      expect(buckets.at(-1)).toMatchObject({ labels: { le: "+Inf" }, value });
    }
  });

  it("count workers that died, whose counters begin anew", async () => {
    process.kill(client.workerPid!, "SIGKILL");
    await expect.poll(async () => (await scrape(server.url)).value("triptych_worker_restarts_total")).toBe(1);
    await inference.submit(match("a cat"));
    const seen = await scrape(server.url);
    expect(seen.value("triptych_worker_restarts_total", { cause: "death" })).toBe(1);
    expect(seen.value("triptych_batch_size_sum", { model: "retrieval-base", network: "vision" })).toBe(1);
    expect(seen.value("triptych_requests_total", { model: "retrieval-base", kind: "match", code: "OK" })).toBe(5);
  });
});

describe("the metrics' port", () => {
  let server: MetricsServer;
  beforeAll(async () => {
    server = await startMetricsServer({ metrics: new Metrics(), inference: new TalkingInference(), address, log });
  });
  afterAll(() => server.close());

  it("gives what the worker counted, as it is to be read", async () => {
    const seen = await scrape(server.url);
    const vision = { model: "demo-vqa", network: "vision", pass: "encode" };
    const buckets = seen.of("triptych_pass_seconds_bucket", vision).map(({ labels, value }) => [labels.le, value]);
    expect(buckets).toEqual([
      ["0.01", 2],
      ["0.02", 2],
      ["+Inf", 3],
    ]);
    expect(seen.value("triptych_pass_seconds_sum", vision)).toBeCloseTo(0.05);
    expect(seen.value("triptych_cache_misses_total", { cache: "features" })).toBe(8);
    expect(seen.value("triptych_cache_shared_total", { cache: "features" })).toBe(16);
    expect(seen.value("triptych_generations_total", { model: "demo-vqa" })).toBe(17);
    expect(seen.value("triptych_shared_generations_total", { model: "demo-vqa" })).toBe(18);
    expect(seen.value("triptych_worker_restarts_total", { cause: "replacement" })).toBe(10);
    expect(seen.types.get("triptych_worker_restarts_total")).toBe("counter");
  });

  it("tells of the process and its event loop", async () => {
    const seen = await scrape(server.url);
    expect(seen.value("process_resident_memory_bytes")).toBeGreaterThan(2 ** 20);
    expect(seen.value("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThanOrEqual(0);
  });

  it("has nothing else, and answers to its own names only", async () => {
    expect((await fetch(server.url.replace("/metrics", "/graphql"))).status).toBe(404);
    expect((await fetch(server.url, { method: "POST" })).status).toBe(405);
    expect((await fetch(server.url.replace("127.0.0.1", "localhost"))).status).toBe(421);
    const text = await fetch(server.url);
    expect(text.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  });
});
