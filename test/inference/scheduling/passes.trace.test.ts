import { describe, expect, it } from "vitest";
import { trace } from "./trace.ts";

describe("a scheduler's passes", () => {
  it("of the example: a long prompt in chunks, company joining between its passes", () => {
    expect(
      trace(["0 chat: m x, prompt 600, say 6", "5 cap1: m y, prompt 4, say 3", "5 cap2: m z, prompt 4, say 3"]),
    ).toEqual([
      "vision x",
      "memory x",
      "decoder chat:512",
      "decoder chat:88",
      "decoder chat:1",
      "vision y z",
      "decoder chat:1",
      "memory y z",
      "decoder chat:1 cap1:4 cap2:4",
      "decoder chat:1 cap1:1 cap2:1 ×2",
      "chat ok",
      "cap1 ok",
      "cap2 ok",
    ]);
  });

  it("encode a picture once for all who ask at once", () => {
    expect(trace(["0 a: m x, say 2", "0 b: m x, say 2", "0 c: m embed x", "0 d: m pair x t"])).toEqual([
      "vision x",
      "c ok",
      "text t",
      "memory x",
      "decoder a:1 b:1",
      "pair x+t",
      "d ok",
      "decoder a:1 b:1",
      "a ok",
      "b ok",
    ]);
  });

  it("encode no picture that was kept", () => {
    expect(trace(["0 a: m embed x", "5 b: m x"])).toEqual(["vision x", "a ok", "memory x", "decoder b:1", "b ok"]);
  });

  it("encode a picture again that the cache had no room for", () => {
    expect(trace(["0 a: m embed x", "5 b: m embed x"], { cacheBytes: 3 })).toEqual([
      "vision x",
      "a ok",
      "vision x",
      "b ok",
    ]);
  });

  it("start on a picture at once, and take those that came meanwhile together", () => {
    expect(
      trace([
        "0 a: m embed u",
        "1 b: m embed v",
        "1 c: m embed w",
        "1 d: m embed x",
        "1 e: m embed y",
        "1 f: m embed z",
      ]),
    ).toEqual(["vision u", "a ok", "vision v w", "b ok", "c ok", "vision x y z", "d ok", "e ok", "f ok"]);
  });

  it("let sequences step after every encoder pass", () => {
    expect(trace(["0 a: m u, say 8", "3 b: m embed v", "3 c: m pair w t", "3 d: n embed w"])).toEqual([
      "vision u",
      "memory u",
      "decoder a:1",
      "text t",
      "decoder a:1",
      "n/vision w",
      "d ok",
      "decoder a:1",
      "vision v w",
      "b ok",
      "decoder a:1",
      "pair w+t",
      "c ok",
      "decoder a:1 ×4",
      "a ok",
    ]);
  });

  it("serve two models in turn", () => {
    expect(trace(["0 a: m x, say 3", "0 b: n x, say 3"])).toEqual([
      "vision x",
      "n/vision x",
      "memory x",
      "decoder a:1",
      "n/memory x",
      "n/decoder b:1",
      "decoder a:1",
      "n/decoder b:1",
      "decoder a:1",
      "a ok",
      "n/decoder b:1",
      "b ok",
    ]);
  });

  it("make sequences wait for a slot, first come first served", () => {
    expect(
      trace(["0 a: m x, say 3", "0 b: m x, say 2", "0 c: m x, say 1", "0 d: m x, say 1"], { maxSequences: 2 }),
    ).toEqual([
      "vision x",
      "memory x",
      "decoder a:1 b:1 ×2",
      "b ok",
      "decoder a:1 c:1",
      "a ok",
      "c ok",
      "decoder d:1",
      "d ok",
    ]);
  });

  it("make a long one wait until there are rows for it, and those behind it with it", () => {
    expect(
      trace(["0 a: m x, prompt 5, say 3", "0 b: m x, prompt 20, say 2", "0 c: m x, say 1"], { maxCachedRows: 24 }),
    ).toEqual([
      "vision x",
      "memory x",
      "decoder a:5",
      "decoder a:1 ×2",
      "a ok",
      "decoder b:20",
      "decoder b:1",
      "b ok",
      "decoder c:1",
      "c ok",
    ]);
  });

  it("compute no more memories than can soon be read", () => {
    const arrivals = Array.from({ length: 6 }, (_, i) => `0 ${i}: m ${"uvwxyz"[i]!}, say 3`);
    expect(trace(arrivals, { maxSequences: 1, maxBatch: 1 })).toEqual([
      "vision u",
      "memory u",
      "decoder 0:1",
      "vision v",
      "decoder 0:1",
      "memory v",
      "decoder 0:1",
      "0 ok",
      "vision w",
      "decoder 1:1",
      "memory w",
      "decoder 1:1",
      "vision x",
      "decoder 1:1",
      "1 ok",
      "memory x",
      "decoder 2:1",
      "vision y",
      "decoder 2:1",
      "vision z",
      "decoder 2:1",
      "2 ok",
      "memory y",
      "decoder 3:1 ×3",
      "3 ok",
      "memory z",
      "decoder 4:1 ×3",
      "4 ok",
      "decoder 5:1 ×3",
      "5 ok",
    ]);
  });
});
