import { describe, expect, it } from "vitest";
import { TurnedAway } from "../../../inference/admission/turned-away.ts";

describe("those who were turned away", () => {
  it("have waited since they were refused first, if they come when they were told to", () => {
    const away = new TurnedAway(60_000);
    away.refused("a", 1_000, 0);
    expect(away.outsideMs("a", 999)).toBe(0);
    expect(away.outsideMs("a", 1_000)).toBe(1_000);
    away.refused("a", 500, 1_000);
    expect(away.outsideMs("a", 1_400)).toBe(0);
    expect(away.outsideMs("a", 1_700)).toBe(1_700);
    expect(away.outsideMs("b", 1_700)).toBe(0);
  });

  it("are new ones once they were let in, or stayed away for longer than they may", () => {
    const away = new TurnedAway(60_000);
    away.refused("a", 1_000, 0);
    away.entered("a");
    expect(away.outsideMs("a", 2_000)).toBe(0);
    away.refused("a", 1_000, 0);
    expect(away.outsideMs("a", 61_000)).toBe(61_000);
    expect(away.outsideMs("a", 61_001)).toBe(0);
    away.refused("a", 100, 70_000);
    expect(away.outsideMs("a", 70_100)).toBe(100);
  });

  it("are ten thousand at most: who was refused the longest ago is forgotten", () => {
    const away = new TurnedAway(60_000);
    for (let i = 0; i < 10_000; i++) away.refused(`request ${i}`, 100, i);
    away.refused("request 0", 100, 10_000);
    away.refused("one more", 100, 10_000);
    expect(away.outsideMs("request 0", 20_000)).toBe(20_000);
    expect(away.outsideMs("request 1", 20_000)).toBe(0);
    expect(away.outsideMs("request 2", 20_000)).toBe(19_998);
  });
});
