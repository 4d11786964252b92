import { describe, expect, it } from "vitest";
import { Pace } from "../../inference/pace.ts";

describe("the pace of requests, beside what they take of the device", () => {
  it("is the device's own as long as nothing is known, and never quicker", () => {
    const pace = new Pace();
    expect(pace.value).toBe(1);
    pace.ended({ deviceMs: 1000, tookMs: 10 });
    expect(pace.value).toBe(1);
  });

  it("comes to what requests take, long ones before short ones", () => {
    const pace = new Pace();
    for (let i = 0; i < 5; i++) pace.ended({ deviceMs: 10, tookMs: 50 });
    expect(pace.value).toBeCloseTo(5);
    pace.ended({ deviceMs: 1000, tookMs: 2000 });
    expect(pace.value).toBeLessThan(2.5);
  });

  it("learns from those that were given up only that it is slower", () => {
    const pace = new Pace();
    pace.ended({ deviceMs: 100, tookMs: 200 });
    pace.givenUp({ deviceMs: 100, tookMs: 150 });
    expect(pace.value).toBe(2);
    pace.givenUp({ deviceMs: 100, tookMs: 900 });
    expect(pace.value).toBeGreaterThan(4);
  });

  it("forgets a time in which everything stood still", () => {
    const pace = new Pace();
    pace.ended({ deviceMs: 100, tookMs: 60_000 });
    expect(pace.value).toBe(50);
    for (let i = 0; i < 200; i++) pace.ended({ deviceMs: 100, tookMs: 200 });
    expect(pace.value).toBeLessThan(2.1);
  });
});
