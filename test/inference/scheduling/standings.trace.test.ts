import { describe, expect, it } from "vitest";
import { trace } from "./trace.ts";

const alone = { maxBatch: 1, cacheBytes: 0 };

describe("a scheduler of several clients", () => {
  it("takes a client with one picture before the rest of one with many", () => {
    const many = ["u", "v", "w", "x"].map((picture) => `0 ${picture}: m embed ${picture}, of greedy`);
    expect(trace([...many, "1 one: m embed y, of polite", "2 two: m embed z, of polite"], alone)).toEqual([
      "vision u",
      "u ok",
      // Alike so far, and this one was there before.
      "vision v",
      "v ok",
      // What one has that crowds others counts half as much again.
      "vision y",
      "one ok",
      "vision z",
      "two ok",
      "vision w",
      "w ok",
      "vision x",
      "x ok",
    ]);
  });

  it("counts the device's time, not passes", () => {
    const arrivals = [
      ...["u", "v", "w"].map((picture) => `0 ${picture}: m embed ${picture}, of heavy`),
      ...["a", "b", "c", "d", "e"].map((text) => `0 ${text}: n pair p ${text}, of light`),
    ];
    const passes = trace(arrivals, { ...alone, visionMs: 4 }).filter((line) => !line.endsWith("ok"));
    // A picture takes as long as two texts with their judgements do.
    expect(passes).toEqual([
      ...["vision u", "n/vision p", "n/text a"],
      ...["vision v", "n/pair p+a", "n/text b", "n/pair p+b"],
      ...["vision w", "n/text c", "n/pair p+c", "n/text d", "n/pair p+d", "n/text e", "n/pair p+e"],
    ]);
  });

  it("shares what was computed for two between them", () => {
    const arrivals = [
      "0 a: m embed x, of ann",
      "0 b: m embed x, of bob",
      "0 c: m embed y, of ann",
      "0 d: m embed z, of cy",
    ];
    expect(trace(arrivals, alone).filter((line) => line.startsWith("vision"))).toEqual([
      "vision x",
      "vision z",
      "vision y",
    ]);
  });

  it("lets a client's own requests go by their deadlines", () => {
    expect(trace(["0 a: m embed x", "0 b: m embed y, by 90", "0 c: m embed z, by 80"], alone)).toEqual([
      "vision z",
      "c ok",
      "vision y",
      "b ok",
      "vision x",
      "a ok",
    ]);
  });

  it("lets no crowd into the steps of one with few, but for some company", () => {
    const many = Array.from({ length: 12 }, (_, i) => `0 g${i}: m x, say 2, of greedy`);
    const passes = trace([...many, "0 p: m x, say 6, of polite"], { maxSequences: 20 });
    const shared = passes.filter((line) => line.startsWith("decoder") && line.includes("p:1"));
    // Four others, as long as nothing is known of how long steps are.
    expect(shared.map((line) => line.match(/g\d+:1/g)?.length ?? 0)).toEqual([4, 4, 4]);
    expect(trace(many, { maxSequences: 20 })).toContain(`decoder ${many.map((_, i) => `g${i}:1`).join(" ")} ×2`);
  });

  it("gives the next slot to the client who had least", () => {
    const many = ["a", "b", "c"].map((id) => `0 ${id}: m x, say 2, of greedy`);
    expect(trace([...many, "3 p: m x, say 2, of polite"], { maxSequences: 1 })).toEqual([
      "vision x",
      "memory x",
      "decoder a:1 ×2",
      "a ok",
      "decoder p:1 ×2",
      "p ok",
      "decoder b:1 ×2",
      "b ok",
      "decoder c:1 ×2",
      "c ok",
    ]);
  });
});

describe("a scheduler of several priorities", () => {
  it("takes what is interactive first, and bulk last", () => {
    const arrivals = ["0 a: m embed u, bulk", "0 b: m embed v, bulk", "1 c: m embed w", "1 d: m embed x, interactive"];
    expect(trace(arrivals, alone)).toEqual([
      "vision u",
      "a ok",
      "vision x",
      "d ok",
      "vision w",
      "c ok",
      "vision v",
      "b ok",
    ]);
  });

  it("puts a bulk sequence behind others that come, but in the same steps once it runs", () => {
    const arrivals = ["0 a: m x, say 4, bulk", "0 b: m x, say 2, bulk", "3 c: m x, say 2"];
    expect(trace(arrivals, { maxSequences: 2 })).toEqual([
      "vision x",
      "memory x",
      "decoder a:1 b:1",
      "memory x",
      "decoder a:1 b:1",
      "b ok",
      "decoder a:1 c:1 ×2",
      "a ok",
      "c ok",
    ]);
  });

  it.each([100, 101, 102, 103])(
    "let a chat with a long prompt in before a crowd of such, whatever a chat of %i tokens left of their time",
    (say) => {
      const crowd = Array.from({ length: 300 }, (_, i) => `${2 * i} c${i}: m c${i}, prompt 40, say 3, of crowd`);
      const before = [`0 a: m looks a, prompt 40, say ${say}, watched, interactive`, ...crowd.slice(0, 200)];
      const late = "399 z: m looks a, prompt 40, say 2, watched, of bob, interactive";
      const lines = trace([...before, late, ...crowd.slice(200)], { maxRowsPerPass: 32, maxSequences: 8 });
      expect(lines.indexOf("z ok")).toBeLessThan(lines.indexOf("c199 ok"));
    },
  );
});
