import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Stage, Timing } from "../../../inference/index.ts";
import { partsOf } from "../../../src/tracing/parts.ts";

const sums = { totalMs: 0, queueMs: 0, encodeMs: 0, decodeMs: 0, encodeBatch: 0, decodeBatch: 0, imageCacheHit: false };

function timing(preprocessMs: number, stages: readonly Stage[]): Timing {
  return { ...sums, preprocessMs, stages };
}

function stage(kind: Stage["kind"], startMs: number, endMs: number): Stage {
  return { kind, network: "n", startMs, endMs, passes: 1, firstPass: 1, lastPass: 1, batch: 1 };
}

function shown(of: Timing): readonly string[] {
  return partsOf(of).map(({ name, startMs, endMs }) => `${name} ${startMs}-${endMs}`);
}

describe("the parts of a request's time", () => {
  it("are its passes, and the waits before them", () => {
    const stages = [stage("encode", 9, 20), stage("prefill", 25, 30), stage("decode", 30.5, 90)];
    expect(shown(timing(8.5, stages))).toEqual([
      ...["preprocess 0-8.5", "queue 8.5-9", "encode 9-20"],
      ...["queue 20-25", "prefill 25-30", "decode 30.5-90"],
    ]);
  });

  it("are few where nothing was done", () => {
    expect(shown(timing(0, []))).toEqual([]);
    expect(shown({ ...sums, preprocessMs: 3 })).toEqual(["preprocess 0-3"]);
  });

  it("leave no gap of a millisecond, and no wait meets a pass", () => {
    const span = fc.tuple(fc.nat(1_000), fc.nat(100));
    fc.assert(
      fc.property(fc.nat(50), fc.array(span, { minLength: 1, maxLength: 8 }), (preprocessMs, spans) => {
        const stages = spans.map(([start, ms]) => stage("encode", preprocessMs + start, preprocessMs + start + ms));
        const parts = partsOf(timing(preprocessMs, stages));
        let reached = 0;
        for (const { name, startMs, endMs } of parts) {
          expect(startMs - reached).toBeLessThan(1);
          if (name === "queue") expect(startMs).toBe(reached);
          reached = Math.max(reached, endMs);
        }
        expect(reached).toBe(Math.max(preprocessMs, ...stages.map(({ endMs }) => endMs)));
        expect(parts.filter(({ name }) => name === "encode")).toHaveLength(stages.length);
      }),
    );
  });
});
