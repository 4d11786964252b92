import { describe, expect, it } from "vitest";
import { allOf, extended, nothingSelected, toggled, without } from "../../../web/src/search/selection.ts";

const all = ["a", "b", "c", "d", "e"];

describe("a selection", () => {
  it("takes and leaves single pictures", () => {
    const one = toggled(nothingSelected, "b");
    expect([...one.ids]).toEqual(["b"]);
    expect([...toggled(one, "b").ids]).toEqual([]);
  });

  it("reaches from the last one to another, in both directions", () => {
    expect([...extended(toggled(nothingSelected, "b"), "d", all).ids].sort()).toEqual(["b", "c", "d"]);
    expect([...extended(toggled(nothingSelected, "d"), "b", all).ids].sort()).toEqual(["b", "c", "d"]);
    expect([...extended(nothingSelected, "c", all).ids]).toEqual(["c"]);
  });

  it("goes on without what is gone, also where a range would have begun", () => {
    const left = without(allOf(all), ["a", "e"]);
    expect([...left.ids]).toEqual(["b", "c", "d"]);
    expect([...extended(left, "c", ["b", "c", "d"]).ids].sort()).toEqual(["b", "c", "d"]);
  });
});
