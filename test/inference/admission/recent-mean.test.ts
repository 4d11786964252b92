import { describe, expect, it } from "vitest";
import { RecentMean } from "../../../inference/admission/recent-mean.ts";

/** Of measurements, one after the other, so far apart. */
function mean(measured: readonly number[], apartMs: number): RecentMean {
  const mean = new RecentMean();
  measured.forEach((ms, i) => mean.took(ms, i * apartMs));
  return mean;
}

function times(count: number, ...values: readonly number[]): number[] {
  return Array.from({ length: count }, () => values).flat();
}

describe("the mean of what was measured lately", () => {
  it("is 0 as long as there is nothing, then the first", () => {
    expect(new RecentMean().value).toBe(0);
    expect(mean([7], 0).value).toBe(7);
  });

  it("soon forgets that the first was slow, and does not take one slow one for usual", () => {
    const slow = mean([10_000, ...times(5, 100)], 1000);
    expect(slow.value).toBeLessThan(500);
    slow.took(10_000, 6000);
    expect(slow.value).toBeLessThan(1500);
  });

  it("is that of quick and slow ones by turns", () => {
    const seen = Array.from({ length: 200 }, (_, i) => mean(times(200 + i, 100, 900), 1000).value);
    expect(seen.reduce((sum, ms) => sum + ms, 0) / seen.length).toBeCloseTo(480, -2);
    expect(Math.min(...seen)).toBeGreaterThan(400);
  });

  it("looks back on some seconds of much that comes in groups, and on ten or so of little", () => {
    const groups = times(20, ...times(10, 5), ...times(10, 15));
    for (let cut = 0; cut < 20; cut++) expect(mean(groups.slice(0, 380 + cut), 10).value).toBeCloseTo(10, 0);
    const changed = mean([...times(1000, 10), ...times(1000, 30)], 20);
    expect(changed.value).toBeGreaterThan(29);
    expect(mean([...times(50, 10), ...times(30, 30)], 10_000).value).toBeGreaterThan(29);
  });
});
