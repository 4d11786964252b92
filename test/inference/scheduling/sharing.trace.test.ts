import { describe, expect, it } from "vitest";
import { trace } from "./trace.ts";

describe("requests that ask for the same at the same time", () => {
  it("have one sequence, and end together", () => {
    expect(trace(["0 a: m x, prompt 3, say 3", "0 b: as a", "0 c: as a", "0 other: m x, prompt 3, say 3"])).toEqual([
      "vision x",
      "memory x",
      "decoder a:3 other:3",
      "decoder a:1 other:1 ×2",
      "a ok",
      "b ok",
      "c ok",
      "other ok",
    ]);
  });

  it("need nothing encoded if they come while it runs, and find all that is computed", () => {
    const arrivals = ["0 a: m looks x, prompt 8, say 4", "4 b: as a", "4 c: as a"];
    expect(trace(arrivals, { cacheBytes: 0 })).toEqual([
      "vision x",
      "rows x",
      "decoder a:8",
      "decoder a:1",
      "b reuses 8 of 8",
      "c reuses 8 of 8",
      "decoder a:1 ×2",
      "a ok",
      "b ok",
      "c ok",
    ]);
  });

  it("begin another when the first is over", () => {
    expect(trace(["0 a: m x, prompt 1, say 2", "4 b: as a"])).toEqual([
      "vision x",
      "memory x",
      "decoder a:1 ×2",
      "a ok",
      "memory x",
      "decoder b:1 ×2",
      "b ok",
    ]);
  });

  it.each([1, 2, 3])("go on when the first of them leaves at %i ms", (at) => {
    expect(trace(["0 a: m x, prompt 3, say 3", "0 b: as a", `${at} cancel a`])).toEqual([
      "vision x",
      "memory x",
      "decoder a:3",
      "decoder a:1 ×2",
      "b ok",
    ]);
  });

  it("give it up when all have left, and begin anew", () => {
    const arrivals = ["0 a: m x, prompt 3, say 9", "0 b: as a", "3 cancel a", "4 cancel b", "4 c: as a"];
    expect(trace(arrivals)).toEqual([
      "vision x",
      "memory x",
      "decoder a:3",
      "decoder a:1",
      "memory x",
      "decoder c:3",
      "decoder c:1 ×8",
      "c ok",
    ]);
  });

  it("end each by itself: by a stop string, by a deadline", () => {
    const arrivals = ["0 a: m x, prompt 3, say 9", "0 b: as a, by 6", "0 c: as a", "4 end c"];
    expect(trace(arrivals)).toEqual([
      "vision x",
      "memory x",
      "decoder a:3",
      "decoder a:1",
      "c ok",
      "decoder a:1 ×2",
      "b DEADLINE_EXCEEDED",
      "decoder a:1 ×5",
      "a ok",
    ]);
  });

  it("fail together in a pass that breaks, and with what is encoded for them", () => {
    const failed = ["a INTERNAL_SERVER_ERROR", "b INTERNAL_SERVER_ERROR"];
    const both = ["0 a: m x, prompt 3, say 3", "0 b: as a", "0 n: n y, prompt 1, say 1"];
    expect(trace([...both, "0 break"]).slice(1, 3)).toEqual(failed);
    expect(trace([...both, "6 break"])).toEqual(expect.arrayContaining([...failed, "n ok"]));
  });

  it("take one place", () => {
    const arrivals = ["0 a: m x, prompt 1, say 2", "0 b: as a", "0 c: m x, prompt 1, say 2"];
    const [, , ...decoding] = trace(arrivals, { maxSequences: 1 });
    expect(decoding).toEqual(["decoder a:1 ×2", "a ok", "b ok", "decoder c:1 ×2", "c ok"]);
  });

  it("go by the first of them: a chat's priority, and the soonest deadline", () => {
    const one = { maxSequences: 1 };
    const crowd = ["0 a: m x, prompt 1, say 1, bulk", "0 z: m x, prompt 1, say 1", "0 b: as a, interactive"];
    expect(trace(crowd, one).filter((line) => line.endsWith("ok"))).toEqual(["a ok", "b ok", "z ok"]);
    const late = ["0 a: m x, prompt 1, say 1", "0 z: m x, prompt 1, say 1, by 90", "0 b: as a, by 80"];
    expect(trace(late, one).filter((line) => line.endsWith("ok"))).toEqual(["a ok", "b ok", "z ok"]);
  });
});
