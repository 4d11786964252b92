import { describe, expect, it } from "vitest";
import { FairShare } from "../../../inference/scheduling/fair-share.ts";

describe("FairShare", () => {
  it("gives each as much time, whatever a turn of theirs takes", () => {
    const share = new FairShare<"quick" | "slow">();
    const had = { quick: 0, slow: 0 };
    for (let turn = 0; turn < 200; turn++) {
      const party = share.next(["quick", "slow"])!;
      const ms = party === "quick" ? 3 : 50;
      share.took(party, ms);
      had[party] += ms;
      expect(Math.abs(had.quick - had.slow)).toBeLessThanOrEqual(50);
    }
  });

  it("owes nothing for a time in which nothing was wanted", () => {
    const share = new FairShare<"a" | "b">();
    for (let turn = 0; turn < 10; turn++) share.took(share.next(["a"])!, 10);
    const turns = Array.from({ length: 6 }, () => {
      const party = share.next(["a", "b"])!;
      share.took(party, 10);
      return party;
    });
    expect(turns.join("")).toBe("ababab");
  });

  it("has nobody to name where nobody wants anything", () => {
    expect(new FairShare().next([])).toBeUndefined();
  });
});
