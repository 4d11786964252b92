import { describe, expect, it } from "vitest";
import { FairShare } from "../../../inference/scheduling/fair-share.ts";

describe("FairShare", () => {
  it("gives each time by its weight, whatever a turn of theirs takes", () => {
    const share = new FairShare({ quick: 2, slow: 1 });
    const had = { quick: 0, slow: 0 };
    for (let turn = 0; turn < 200; turn++) {
      const party = share.next(["quick", "slow"])!;
      const ms = party === "quick" ? 3 : 50;
      share.took(party, ms);
      had[party] += ms;
      expect(Math.abs(had.quick / 2 - had.slow)).toBeLessThanOrEqual(50);
    }
  });

  it("owes nothing for a time in which nothing was wanted", () => {
    const share = new FairShare({ a: 1, b: 1 });
    for (let turn = 0; turn < 10; turn++) share.took(share.next(["a"])!, 10);
    expect(turnsOf(share, 6)).toBe("ababab");
  });

  it("counts nothing that was taken while nobody else wanted any", () => {
    const share = new FairShare({ a: 1, b: 1 });
    share.next(["b"]);
    share.took("b", 1e6);
    share.next(["a"]);
    share.took("a", 1e3);
    expect(turnsOf(share, 6)).toBe("ababab");
  });

  it("counts nothing of an earlier time when all have gone between", () => {
    const share = new FairShare({ a: 1, b: 1 });
    expect(turnsOf(share, 101)).toMatch(/^(ab){50}a$/);
    share.pause();
    share.took("b", 1e6);
    share.next(["a"]);
    expect(turnsOf(share, 6)).toBe("ababab");
  });

  it("has nobody to name where nobody wants anything", () => {
    expect(new FairShare({ a: 1 }).next([])).toBeUndefined();
  });
});

/** Whose turns the next ones are, while both want all they can get. */
function turnsOf(share: FairShare<"a" | "b">, count: number): string {
  const turns = Array.from({ length: count }, () => {
    const party = share.next(["a", "b"])!;
    share.took(party, 10);
    return party;
  });
  return turns.join("");
}
