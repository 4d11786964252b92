import { describe, expect, it } from "vitest";
import { trace } from "./trace.ts";

const keeps = { maxKeptRows: 100 };

describe("a scheduler's passes for conversations", () => {
  it("compute of a later turn only what is new, and do not look at its picture again", () => {
    const arrivals = [
      "0 a: m looks x, prompt 6, say 3",
      "9 b: m looks x, prompt 12, say 2",
      "19 c: m looks y, prompt 12",
    ];
    expect(trace(arrivals, { ...keeps, cacheBytes: 0 })).toEqual([
      "vision x",
      "rows x",
      "decoder a:6",
      "decoder a:1 ×2",
      "a ok",
      "b reuses 5 of 12",
      "decoder b:7",
      "decoder b:1",
      "b ok",
      "vision y",
      "rows y",
      "c reuses 1 of 12",
      "decoder c:11",
      "c ok",
    ]);
  });

  it("begin with what a cancelled turn had computed", () => {
    const arrivals = ["0 a: m looks x, prompt 40, say 9", "5 cancel a", "6 b: m looks x, prompt 40"];
    expect(trace(arrivals, { ...keeps, maxRowsPerPass: 16 })).toEqual([
      "vision x",
      "rows x",
      "decoder a:16 ×2",
      "decoder a:8",
      "b reuses 39 of 40",
      "decoder b:1",
      "b ok",
    ]);
  });

  it("look at a picture that is only in part in what is kept", () => {
    const arrivals = ["0 a: m looks x, prompt 40, say 9", "3 cancel a", "4 b: m looks x, prompt 40"];
    expect(trace(arrivals, { ...keeps, maxRowsPerPass: 2 })).toEqual([
      "vision x",
      "rows x",
      "decoder a:2",
      "rows x",
      "b reuses 2 of 40",
      "decoder b:2 ×19",
      "b ok",
    ]);
  });

  it("hold what one that waits will begin with, whatever else there is to keep", () => {
    const arrivals = [
      "0 a: m looks x, prompt 8",
      "4 c: m looks y, prompt 20, say 3",
      "6 b: m looks x, prompt 9",
      "20 d: m looks y, prompt 20",
    ];
    expect(trace(arrivals, { maxKeptRows: 24, maxSequences: 1 })).toEqual([
      "vision x",
      "rows x",
      "decoder a:8",
      "a ok",
      "vision y",
      "rows y",
      "c reuses 1 of 20",
      "decoder c:19",
      "decoder c:1 ×2",
      "c ok",
      "b reuses 7 of 9",
      "decoder b:2",
      "b ok",
      "rows y",
      "d reuses 1 of 20",
      "decoder d:19",
      "d ok",
    ]);
  });

  it("go on with tokens that are watched between the chunks of a long prompt", () => {
    const arrivals = ["0 a: m looks x, prompt 4, say 12, watched", "3 b: m looks x, prompt 40, say 2"];
    expect(trace(arrivals, { maxRowsPerPass: 16 })).toEqual([
      "vision x",
      "rows x",
      "decoder a:4",
      "decoder a:1",
      "rows x",
      "decoder a:1",
      "decoder b:16",
      "decoder a:1 ×2",
      "decoder b:16",
      "decoder a:1 b:8",
      "decoder a:1 b:1",
      "b ok",
      "decoder a:1 ×5",
      "a ok",
    ]);
  });

  it("encode a picture soon for one who chats, whatever was encoded before", () => {
    const before = Array.from({ length: 20 }, (_, i) => `0 v${i}: m embed v${i}`);
    const arrivals = [...before, "30 a: m u, say 12, watched", "35 b: m embed w"];
    const passes = trace(arrivals, { visionMs: 1, maxBatch: 1 });
    expect(passes.slice(passes.indexOf("memory u"))).toEqual([
      "memory u",
      "decoder a:1 ×4",
      "vision w",
      "b ok",
      "decoder a:1 ×8",
      "a ok",
    ]);
  });

  it("give three fifths of the time to tokens that are watched while pictures keep coming", () => {
    const flood = ["v", "w", "x", "y"].map((picture) => `2 ${picture}: m embed ${picture}`);
    expect(trace(["0 a: m u, say 31, watched", ...flood], { visionMs: 5, maxBatch: 1 })).toEqual([
      "vision u",
      "memory u",
      "decoder a:1",
      "vision v",
      "v ok",
      "decoder a:1 ×7",
      "vision w",
      "w ok",
      "decoder a:1 ×8",
      "vision x",
      "x ok",
      "decoder a:1 ×7",
      "vision y",
      "y ok",
      "decoder a:1 ×8",
      "a ok",
    ]);
  });
});
