import { describe, expect, it } from "vitest";
import { LatestKeys } from "../../inference/latest-keys.ts";

describe("the latest keys", () => {
  it("are as many as there may be: the one that was put the longest ago is forgotten", () => {
    const latest = new LatestKeys<number>(2);
    latest.put("a", 1);
    latest.put("b", 2);
    latest.put("a", 3);
    latest.put("c", 4);
    expect(["a", "b", "c"].map((key) => latest.get(key))).toEqual([3, undefined, 4]);
  });

  it("make room when one is deleted", () => {
    const latest = new LatestKeys<number>(2);
    for (const key of ["a", "b"]) latest.put(key, 1);
    latest.delete("a");
    latest.put("c", 1);
    expect(["a", "b", "c"].map((key) => latest.get(key))).toEqual([undefined, 1, 1]);
  });
});
