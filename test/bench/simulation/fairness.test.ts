import { describe, expect, it } from "vitest";
import { blipBaseOnCpu } from "../../../bench/simulation/costs.ts";
import { type ClosedLoop, VirtualDevice } from "../../../bench/simulation/virtual-device.ts";

const MINUTES = 60_000;
const polite: ClosedLoop = { client: "polite", concurrency: 1, tokens: 20 };
const greedy: ClosedLoop = { client: "greedy", concurrency: 100, tokens: 20 };

/** What a client's requests took, in milliseconds, quickest first. */
function times(client: string, loops: readonly ClosedLoop[]): number[] {
  const served = new VirtualDevice(blipBaseOnCpu).run(loops, 10 * MINUTES);
  const own = served.filter((one) => one.client === client).map(({ arrivedMs, doneMs }) => doneMs - arrivedMs);
  return own.sort((a, b) => a - b);
}

function p95(sorted: readonly number[]): number {
  expect(sorted.length).toBeGreaterThan(100);
  return sorted[Math.floor(0.95 * sorted.length)]!;
}

describe("a scheduler of a device as measured", () => {
  it("keeps a client with one request at a time from waiting for one with a hundred", () => {
    const [alone, beside] = [times("polite", [polite]), times("polite", [polite, greedy])];
    expect(p95(beside) / p95(alone)).toBeLessThanOrEqual(2);
  });

  it("leaves that one its part", () => {
    const alone = times("greedy", [greedy]).length;
    const beside = times("greedy", [polite, greedy]).length;
    expect(beside / alone).toBeGreaterThan(0.3);
  });
});
