import { describe, expect, it } from "vitest";
import { trace } from "./trace.ts";

describe("a scheduler's passes, as requests end and leave,", () => {
  it("refuse at once what could never fit", () => {
    expect(trace(["0 a: m x, prompt 20, say 6"], { maxCachedRows: 24 })).toEqual(["a BAD_USER_INPUT"]);
    expect(trace(["0 a: m x, prompt 20, say 2, beams 5"], { maxCachedRows: 24 })).toEqual(["a BAD_USER_INPUT"]);
  });

  it("refuse what cannot fit beside its picture once that is known", () => {
    expect(trace(["0 a: m a-long-name, prompt 20"], { maxCachedRows: 24 })).toEqual([
      "vision a-long-name",
      "memory a-long-name",
      "a BAD_USER_INPUT",
    ]);
  });

  it("grow by all beams at once", () => {
    expect(trace(["0 a: m x, prompt 3, say 4, beams 3", "0 b: m x, say 2"])).toEqual([
      "vision x",
      "memory x",
      "decoder a:3 b:1 ×2",
      "b ok",
      "decoder a:3 ×2",
      "a ok",
    ]);
  });

  it("go on without whoever cancels", () => {
    expect(trace(["0 a: m x, say 9", "0 b: m x, say 4", "0 c: m y, say 9", "2 cancel c", "5 cancel a"])).toEqual([
      "vision x y",
      "memory x y",
      "decoder a:1 b:1 ×3",
      "decoder b:1",
      "b ok",
    ]);
  });

  it("skip what nobody wants any more", () => {
    expect(trace(["0 a: m embed x", "0 b: m embed y", "0 cancel a", "0 c: m pair z t", "0 cancel c"])).toEqual([
      "vision y",
      "b ok",
    ]);
  });

  it("finish a sequence early with what it has", () => {
    expect(trace(["0 a: m x, say 9", "5 end a"])).toEqual(["vision x", "memory x", "decoder a:1 ×3", "a ok"]);
  });

  it("end nothing that has not begun", () => {
    expect(trace(["0 a: m x, say 2", "1 end a", "1 end nobody"])).toEqual([
      "vision x",
      "memory x",
      "decoder a:1 ×2",
      "a ok",
    ]);
  });

  it("compute nothing for what cannot make its deadline any more", () => {
    const arrivals = ["0 a: m embed u", "5 b: m embed v, by 14", "5 c: m embed w, by 15", "5 d: m embed x"];
    expect(trace(arrivals, { visionMs: 10, maxBatch: 1 })).toEqual([
      "vision u",
      "a ok",
      "b DEADLINE_EXCEEDED",
      "vision w",
      "c ok",
      "vision x",
      "d ok",
    ]);
  });

  it("count all that is still to be computed before a deadline", () => {
    expect(trace(["0 a: m x, say 2", "4 b: m y, say 1, by 7", "4 c: m z, say 1, by 6"])).toEqual([
      "vision x",
      "memory x",
      "decoder a:1 ×2",
      "a ok",
      "c DEADLINE_EXCEEDED",
      "vision y",
      "memory y",
      "decoder b:1",
      "b ok",
    ]);
  });

  it("begin nothing that has less time than such requests took beside others, while more than it waits", () => {
    const before = ["0 a: m x, say 4", "0 b: m y, say 4"];
    const passes = (...arrivals: string[]) => trace([...before, ...arrivals], { maxBatch: 1 }).slice(10);
    const onlyD = ["c DEADLINE_EXCEEDED", "vision w", "memory w", "decoder d:1 ×4", "d ok"];
    expect(passes("30 c: m z, say 4, by 37", "30 d: m w, say 4")).toEqual(onlyD);
    expect(passes("30 c: m z, say 4, by 37")).toEqual(["vision z", "memory z", "decoder c:1 ×4", "c ok"]);
    // Of so long ago it says nothing.
    const late = passes("40000 c: m z, say 4, by 40007", "40000 d: m w, say 4");
    expect(late[0]).toBe("vision z");
  });

  it("give up on requests past their deadline", () => {
    expect(trace(["0 a: m x, say 9, by 6", "0 b: m x, say 6", "0 c: m embed y, by 0"])).toEqual([
      "c DEADLINE_EXCEEDED",
      "vision x",
      "memory x",
      "decoder a:1 b:1 ×4",
      "a DEADLINE_EXCEEDED",
      "decoder b:1 ×2",
      "b ok",
    ]);
  });

  it("fail those in a broken pass, and go on", () => {
    expect(trace(["0 break", "0 a: m embed x", "0 b: m x", "0 c: n x", "1 d: m embed x"])).toEqual([
      "vision x",
      "a INTERNAL_SERVER_ERROR",
      "b INTERNAL_SERVER_ERROR",
      "n/vision x",
      "n/memory x",
      "n/decoder c:1",
      "c ok",
      "vision x",
      "d ok",
    ]);
    expect(trace(["0 a: m x, say 3", "0 b: n x, say 3", "4 break", "5 c: m y, say 2"])).toEqual([
      "vision x",
      "n/vision x",
      "memory x",
      "decoder a:1",
      "n/memory x",
      "b INTERNAL_SERVER_ERROR",
      "decoder a:1",
      "vision y",
      "decoder a:1",
      "a ok",
      "memory y",
      "decoder c:1 ×2",
      "c ok",
    ]);
  });
});
