import { describe, expect, it } from "vitest";
import { trace } from "./trace.ts";

describe("an encoder pass in parts", () => {
  it("rests while those who are watched step", () => {
    const arrivals = ["0 a: m looks u, prompt 5, say 9, watched", "6 b: m embed v"];
    expect(trace(arrivals, { visionParts: 3 })).toEqual([
      "vision u ×3",
      "rows u",
      "decoder a:5",
      "decoder a:1 ×2",
      "vision v",
      "decoder a:1",
      "vision v",
      "decoder a:1 ×2",
      "vision v",
      "b ok",
      "decoder a:1 ×3",
      "a ok",
    ]);
  });

  it("is not left for others of its client where nobody watches: they would step without its company", () => {
    const arrivals = ["0 a: m u, say 4", "5 b: m v, say 2"];
    expect(trace(arrivals, { visionParts: 3 })).toEqual([
      "vision u ×3",
      "memory u",
      "decoder a:1",
      "vision v ×3",
      "decoder a:1",
      "memory v",
      "decoder a:1 b:1 ×2",
      "a ok",
      "b ok",
    ]);
  });

  it("is left for whoever goes before, of the same network too", () => {
    const arrivals = ["0 a: m embed u, bulk", "1 b: m embed v, interactive", "2 c: n embed w, interactive"];
    expect(trace(arrivals, { visionParts: 3 })).toEqual([
      "vision u",
      "vision v ×3",
      "b ok",
      "n/vision w ×3",
      "c ok",
      "vision u ×2",
      "a ok",
    ]);
  });

  it("is left for another client, who has had less", () => {
    const arrivals = ["0 a: m embed u, of ann", "2 b: m embed v, of bob"];
    expect(trace(arrivals, { visionParts: 4, cacheBytes: 0 })).toEqual([
      "vision u ×3",
      "vision v",
      "vision u",
      "a ok",
      "vision v ×3",
      "b ok",
    ]);
  });

  it("rests beside one more at most", () => {
    const arrivals = ["0 a: m embed u, bulk", "1 b: m embed v", "2 c: m embed w, interactive"];
    expect(trace(arrivals, { visionParts: 3 })).toEqual([
      "vision u",
      "vision v ×3",
      "b ok",
      "vision w ×3",
      "c ok",
      "vision u ×2",
      "a ok",
    ]);
  });

  it("is given up when nobody wants it any more, and begun anew by whoever comes then", () => {
    const arrivals = ["0 a: m embed u", "1 c: n embed w", "2 cancel a", "3 b: m embed u"];
    expect(trace(arrivals, { visionParts: 3 })).toEqual([
      "vision u ×2",
      "n/vision w ×3",
      "c ok",
      "vision u ×3",
      "b ok",
    ]);
  });

  it("is joined by whoever comes while it rests", () => {
    expect(trace(["0 a: m embed u", "2 b: m embed u"], { visionParts: 3 })).toEqual(["vision u ×3", "a ok", "b ok"]);
  });

  it("fails all of its own that breaks in a later part", () => {
    const arrivals = ["0 a: m embed u", "0 b: m embed u", "1 break", "1 c: n embed w"];
    expect(trace(arrivals, { visionParts: 3 })).toEqual([
      "vision u ×2",
      "a INTERNAL_SERVER_ERROR",
      "b INTERNAL_SERVER_ERROR",
      "n/vision w ×3",
      "c ok",
    ]);
  });
});
