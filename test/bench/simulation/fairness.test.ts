import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cpu } from "../../../bench/simulation/device-kinds.ts";
import { type ClosedLoop, VirtualDevice } from "../../../bench/simulation/virtual-device.ts";

const MINUTES = 60_000;
const polite: ClosedLoop = { client: "polite", concurrency: 1, tokens: 20 };
const greedy: ClosedLoop = { client: "greedy", concurrency: 100, tokens: 20 };

/** What a client's requests took, in milliseconds, quickest first. */
function times(client: string, loops: readonly ClosedLoop[]): number[] {
  const served = new VirtualDevice(cpu).run(loops, 10 * MINUTES);
  const own = served.filter((one) => one.client === client).map(({ arrivedMs, doneMs }) => doneMs - arrivedMs);
  return own.sort((a, b) => a - b);
}

function p95(sorted: readonly number[]): number {
  expect(sorted.length).toBeGreaterThan(100);
  return sorted[Math.floor(0.95 * sorted.length)]!;
}

/** Of the largest pass that there may be: 32 pictures, all of one client. */
const LONGEST_PASS_MS = 32 * cpu.costs.encoders["blip/vision"]!.perItem;

function alike(concurrencies: readonly number[]): void {
  const loops = concurrencies.map((concurrency, i) => ({ client: `c${i}`, concurrency, tokens: 20 }));
  const device = new VirtualDevice(cpu);
  device.run(loops, 4 * MINUTES);
  const used = [...device.usedMs.values()];
  expect(used).toHaveLength(loops.length);
  expect(Math.max(...used) - Math.min(...used)).toBeLessThanOrEqual(2 * LONGEST_PASS_MS);
}

describe("a scheduler of a device as measured", () => {
  it("keeps a client with one request at a time from waiting for one with a hundred", () => {
    const [alone, beside] = [times("polite", [polite]), times("polite", [polite, greedy])];
    expect(p95(beside) / p95(alone)).toBeLessThanOrEqual(2);
  });

  it("gives clients that always want more times that differ by no more than two passes", () => {
    const concurrencies = fc.array(fc.integer({ min: 40, max: 100 }), { minLength: 2, maxLength: 4 });
    fc.assert(fc.property(concurrencies, alike), { numRuns: 15 });
  });

  it("leaves that one its part", () => {
    const alone = times("greedy", [greedy]).length;
    const beside = times("greedy", [polite, greedy]).length;
    expect(beside / alone).toBeGreaterThan(0.3);
  });
});
