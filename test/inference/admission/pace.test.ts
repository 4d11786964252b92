import { describe, expect, it } from "vitest";
import { Pace } from "../../../inference/admission/pace.ts";

/** Of requests that the device works for so long, one after the other, each of which takes so long. */
function after(count: number, { deviceMs, tookMs }: { readonly deviceMs: number; readonly tookMs: number }): Pace {
  const pace = new Pace();
  follow(pace, 0, count, { deviceMs, tookMs });
  return pace;
}

function follow(
  pace: Pace,
  start: number,
  count: number,
  { deviceMs, tookMs }: { readonly deviceMs: number; readonly tookMs: number },
): void {
  for (let i = 0; i < count; i++) {
    pace.came(start + i * tookMs);
    pace.went(deviceMs, start + (i + 1) * tookMs);
  }
}

describe("the pace of requests, beside what they take of the device", () => {
  it("is the device's own as long as nothing is known, and never quicker", () => {
    expect(new Pace().value).toBe(1);
    expect(after(3, { deviceMs: 1000, tookMs: 10 }).value).toBe(1);
  });

  it("comes to what they take together, however many of them wait", () => {
    expect(after(5, { deviceMs: 10, tookMs: 50 }).value).toBeCloseTo(5);
    const crowd = new Pace();
    for (let i = 0; i < 50; i++) crowd.came(0);
    for (let i = 0; i < 50; i++) crowd.went(100, 200 * (i + 1));
    expect(crowd.value).toBeCloseTo(2);
  });

  it("does not count the time in which there are none", () => {
    const pace = after(5, { deviceMs: 10, tookMs: 50 });
    follow(pace, 1_000_000, 1, { deviceMs: 10, tookMs: 50 });
    expect(pace.value).toBeCloseTo(5);
  });

  it("learns from those that waited in vain that it is slower, and nothing from those who left", () => {
    const pace = after(1, { deviceMs: 100, tookMs: 200 });
    pace.came(200);
    pace.went(undefined, 90_000);
    expect(pace.value).toBe(2);
    pace.came(90_000);
    pace.went(0, 90_500);
    expect(pace.value).toBeGreaterThan(4);
  });

  it("forgets a time in which everything stood still", () => {
    const pace = after(1, { deviceMs: 100, tookMs: 60_000 });
    expect(pace.value).toBe(50);
    follow(pace, 60_000, 600, { deviceMs: 100, tookMs: 200 });
    expect(pace.value).toBeLessThan(2.1);
  });
});
