import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FinishedOperation } from "../../../src/operation.ts";
import { startTraces } from "../../../src/tracing/start-traces.ts";
import { traceParentOf, type Traces } from "../../../src/traces.ts";
import { Collector } from "../../support/collector.ts";

const finished: FinishedOperation = {
  ...{
    requestId: "r",
    traceId: undefined,
    name: "Name",
    type: "query",
    code: "OK",
    codes: [],
    ms: 1,
    expectedMs: 6,
    refusedBy: undefined,
    inference: [],
  },
};

describe("traces", () => {
  let collector: Collector;
  const told: string[] = [];
  beforeEach(async () => {
    collector = await Collector.start();
    told.length = 0;
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await collector[Symbol.asyncDispose]();
  });

  function start(): Traces {
    return startTraces({ url: `${collector.url}/v1/traces`, log: { info: (message) => void told.push(message) } });
  }

  function operation(traces: Traces, more: Partial<FinishedOperation> = {}): void {
    traces.begin({ protocol: "http", parent: {} }).ended({ ...finished, ...more });
  }

  it("are told of once where they cannot be sent, and again only after they could", async () => {
    const traces = start();
    const posts = async (status: 200 | 400, more: number): Promise<void> => {
      collector.status = status;
      const until = collector.posts + more;
      for (let posted = -1; collector.posts < until; posted = collector.posts) {
        operation(traces);
        await vi.waitUntil(() => collector.posts > posted, { timeout: 10_000 });
      }
    };
    await posts(400, 2);
    await posts(200, 1);
    expect(told).toEqual([
      `Traces cannot be sent to ${collector.url} (Bad Request): spans are dropped until they can.`,
    ]);
    await posts(400, 2);
    await traces.close(10_000);
    expect(told).toHaveLength(2);
  });

  it("wait in a queue of so many while a batch is sent, beyond which they are dropped", async () => {
    const traces = start();
    for (let i = 0; i < 5_000; i++) operation(traces);
    await traces.close(10_000);
    expect(collector.spans).toHaveLength(512 + 2_048);
    expect(told).toEqual([]);
  });

  it("are cut to so many characters of what clients choose, and have a service's standard name", async () => {
    vi.stubEnv("OTEL_SERVICE_NAME", "pictures");
    vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test");
    const traces = start();
    operation(traces, { name: "x".repeat(1_000) });
    await traces.close(10_000);
    const [span] = collector.spans;
    expect(span!.attributes["graphql.operation.name"]).toBe("x".repeat(256));
    expect(span!.resource).toMatchObject({ "service.name": "pictures", "deployment.environment.name": "test" });
  });

  it("have nothing wrong in them where a client has left", async () => {
    const traces = start();
    operation(traces, { code: "CANCELLED", codes: ["CANCELLED"] });
    operation(traces, { code: "NOT_FOUND", codes: ["NOT_FOUND", "OVERLOADED"] });
    await traces.close(10_000);
    const [left, failed] = collector.spans;
    expect(left).toMatchObject({ attributes: { "error.type": "CANCELLED" } });
    expect(left!.status.code ?? 0).toBe(0);
    expect(failed).toMatchObject({
      status: { code: 2, message: "NOT_FOUND" },
      attributes: { "triptych.error_codes": ["NOT_FOUND", "OVERLOADED"] },
    });
  });
});

describe("the parent of a trace", () => {
  it("is what the first says that says something", () => {
    const [a, b] = [{ traceparent: "a", tracestate: "x=1" }, { traceparent: "b" }];
    expect(traceParentOf(undefined, null, {}, { traceparent: 7 }, a, b)).toEqual(a);
    expect(traceParentOf({ ...b, tracestate: 3, other: "" }, a)).toEqual(b);
    expect(traceParentOf({ tracestate: "x=1" })).toEqual({});
  });
});
