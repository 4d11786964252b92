import { describe, expect, it } from "vitest";
import { greetingOf } from "../../src/greeting.ts";

const all = { url: "http://127.0.0.1:4000", page: true, explorer: true, metricsUrl: "http://127.0.0.1:9464/metrics" };

describe("the greeting", () => {
  it("tells where to find all that is there", () => {
    expect(greetingOf(all)).toBe(`
  Triptych
  compare, chat, search     http://127.0.0.1:4000/
  GraphiQL, with examples   http://127.0.0.1:4000/graphql
  ready when this says so   http://127.0.0.1:4000/ready
  metrics for Prometheus    http://127.0.0.1:9464/metrics

  The models are being loaded.`);
  });

  it("tells of nothing that is not there", () => {
    expect(greetingOf({ ...all, page: false, explorer: false, metricsUrl: undefined })).toBe(`
  Triptych
  the graph                 http://127.0.0.1:4000/graphql
  ready when this says so   http://127.0.0.1:4000/ready

  The models are being loaded.`);
  });
});
