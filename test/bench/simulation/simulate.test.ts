import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cpu } from "../../../bench/simulation/device-kinds.ts";
import { clients, mixes } from "../../../bench/simulation/experiments/scenarios.ts";
import { type Outcome, type Scenario, simulate } from "../../../bench/simulation/simulate.ts";
import { summaryOf } from "../../../bench/simulation/summary.ts";
import { VirtualDevice } from "../../../bench/simulation/virtual-device.ts";

function h100(perSecond: number, mix: keyof typeof mixes, options: Partial<Scenario> = {}): Scenario {
  const load = { perSecond, mix: mixes[mix], clients };
  return { kind: "h100", devices: 1, load, warmUpMs: 200, windowMs: 600, seed: 1, ...options };
}

function expectConserved({ meter, inFlight }: Outcome): void {
  const { arrived, refused, answered, late } = meter.all;
  expect(answered + late + refused + inFlight).toBe(arrived);
}

describe("a simulated fleet", () => {
  it("loses no request, and lets no device stand idle that has one, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.constantFrom(...(["captions", "indexing", "chats", "mixed"] as const)),
        fc.constantFrom(1, 3),
        fc.integer(),
        (perSecond, mix, devices, seed) => {
          const outcome = simulate(h100(perSecond, mix, { devices, seed, warmUpMs: 50, windowMs: 250 }));
          expectConserved(outcome);
          expect(outcome.idleWithWork).toBe(0);
          expect(summaryOf(outcome).busy).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("comes to the same with the same seed, and to something else with another", () => {
    const [one, again, other] = [1, 1, 2].map((seed) => summaryOf(simulate(h100(500, "mixed", { devices: 2, seed }))));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it("answers in overload nearly as much as full passes would, and no more", () => {
    const scenario = h100(3000, "captions", { warmUpMs: 800, windowMs: 1000 });
    const { capacity, perSecond } = summaryOf(simulate(scenario));
    expect(perSecond.answered).toBeLessThanOrEqual(1.05 * capacity);
    expect(perSecond.answered).toBeGreaterThan(0.8 * capacity);
    expect(perSecond.refused).toBeGreaterThan(1000);
  });

  it.each([1, 2, 6])("does little in overload that comes too late, of %i clients", (others) => {
    const crowd = { name: "crowd", share: 9 };
    const clients = [crowd, ...Array.from({ length: others - 1 }, (_, i) => ({ name: String(i), share: 1 }))];
    const load = { perSecond: 12, mix: mixes.captions, clients };
    const { meter } = simulate({ kind: "cpu", devices: 1, load, warmUpMs: 120_000, windowMs: 400_000, seed: 7 });
    expect(meter.usefulMs / meter.busyMs).toBeGreaterThan(0.92);
    expect(meter.seen.late).toBeLessThan(0.35 * meter.seen.answered);
  });

  it("answers all that is asked at half of it, all in time", () => {
    const { perSecond } = summaryOf(simulate(h100(500, "captions")));
    expect(perSecond.refused).toBe(0);
    expect(perSecond.good).toBe(perSecond.answered);
  });

  it("refuses nobody at half of what the device can do, whatever is asked beside each other", () => {
    const { refused, arrived } = simulate(h100(200, "mixed", { warmUpMs: 5000, windowMs: 5000 })).meter.all;
    expect(arrived).toBeGreaterThan(1500);
    expect(refused).toBe(0);
  });

  it("lets nobody wait for a chat's first token at a tenth of it, whatever is asked beside", () => {
    const summary = summaryOf(simulate(h100(50, "mixed", { warmUpMs: 5000, windowMs: 40_000 })));
    expect(summary.firstToken!.p95).toBeLessThan(1000);
    expect(summary.gap!.p95).toBeLessThan(40);
    expect(summary.perSecond.good).toBe(summary.perSecond.answered);
  });

  it("answers as many chats as come at half of what full passes would, all in time", () => {
    const { perSecond, capacity } = summaryOf(simulate(h100(7, "chats", { warmUpMs: 10_000, windowMs: 30_000 })));
    expect(perSecond.arrived).toBeGreaterThan(0.4 * capacity);
    expect(perSecond.good).toBe(perSecond.answered);
  });

  it("has nobody wait for a pass of a prompt's hundreds of rows on two cores", () => {
    const load = { perSecond: 0.05, mix: mixes.mixed, clients };
    const span = { warmUpMs: 100_000, windowMs: 10_000_000 };
    const { times } = summaryOf(simulate({ kind: "cpu", devices: 1, load, ...span, seed: 5 }));
    expect(times.caption!.p99).toBeLessThan(14_000);
  });

  it("does four times as much on four devices", () => {
    const [one, four] = [1, 4].map((devices) => {
      const scenario = h100(4000 * devices, "indexing", { devices, warmUpMs: 300, windowMs: 300 });
      return summaryOf(simulate(scenario)).perSecond.answered;
    });
    expect(four! / one!).toBeGreaterThan(3.6);
    expect(four! / one!).toBeLessThan(4.4);
  });
});

/** bench/RESULTS.md, "BLIP-base, random weights": new pictures, 16 tokens. */
describe("two cores as measured", () => {
  it.each([
    { atOnce: 1, measured: 0.89 },
    { atOnce: 4, measured: 1.12 },
    { atOnce: 16, measured: 1.13 },
  ])("make about $measured captions a second of $atOnce clients", ({ atOnce, measured }) => {
    const loops = Array.from({ length: atOnce }, (_, i) => ({ client: String(i), concurrency: 1, tokens: 16 }));
    const served = new VirtualDevice(cpu).run(loops, 120_000).filter(({ doneMs }) => doneMs > 30_000);
    expect(Math.abs(Math.log(served.length / 90 / measured))).toBeLessThan(Math.log(1.15));
  });
});
