import { describe, expect, it } from "vitest";
import type { Priority } from "../../../inference/scheduling/claim.ts";
import { PriorityShares } from "../../../inference/scheduling/priority-shares.ts";

describe("the device's time by priority", () => {
  it("goes to what is interactive, but for the floors of the others", () => {
    const had = shareOut(new PriorityShares(), ["interactive", "default", "bulk"], 5000);
    expect(had.bulk / 5000 / 40).toBeCloseTo(0.1, 1);
    expect(had.default / 5000 / 40).toBeCloseTo(0.25, 1);
    expect(had.interactive / 5000 / 40).toBeCloseTo(0.65, 1);
  });

  it("keeps bulk at a tenth beside others", () => {
    const had = shareOut(new PriorityShares(), ["default", "bulk"], 5000);
    expect(had.bulk / (had.bulk + had.default)).toBeGreaterThanOrEqual(0.1);
    expect(had.bulk / (had.bulk + had.default)).toBeLessThan(0.12);
  });

  it("is all for whoever comes while only bulk ran, for a while", () => {
    const shares = new PriorityShares();
    shareOut(shares, ["bulk"], 1000);
    expect(shareOut(shares, ["interactive", "bulk"], 100)).toEqual({ interactive: 4000, default: 0, bulk: 0 });
  });

  it("is a query's by its floor as soon as a chat comes, however much it had before", () => {
    const shares = new PriorityShares();
    shareOut(shares, ["default"], 1000);
    const had = shareOut(shares, ["interactive", "default"], 20);
    expect(had.default / (had.default + had.interactive)).toBeCloseTo(0.25, 1);
  });

  it("is made up for by what nobody who goes before wants: who comes then is not kept waiting", () => {
    const shares = new PriorityShares();
    for (let pass = 0; pass < 100; pass++) {
      shares.next(new Set(["interactive", "default"]));
      shares.passed(40, new Map([["interactive", 40]]));
    }
    expect(shares.first(new Set(["interactive", "default"]))).toBe("default");
    shareOut(shares, ["default"], 20);
    expect(shares.first(new Set(["interactive", "default"]))).toBe("interactive");
  });

  it("is not owed to whoever has only just come", () => {
    const shares = new PriorityShares();
    shareOut(shares, ["interactive"], 1000);
    expect(shares.next(new Set(["interactive", "bulk"]))).toBe("interactive");
  });
});

/** Passes of 40 ms, each to the priority whose turn it is, while these want all they can get. */
function shareOut(shares: PriorityShares, wanting: readonly Priority[], passes: number): Record<Priority, number> {
  const had = { interactive: 0, default: 0, bulk: 0 };
  for (let pass = 0; pass < passes; pass++) {
    const priority = shares.next(new Set(wanting));
    had[priority] += 40;
    shares.passed(40, new Map([[priority, 40]]));
  }
  return had;
}
