import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { MatchTask, Timing } from "../../../inference/index.ts";
import { Charge } from "../../../src/charge.ts";
import { Allowance, Allowances } from "../../../src/budgets/allowance.ts";

describe("an allowance", () => {
  it("is a minute's worth at once, and fills up steadily", () => {
    const budget = new Allowance(6_000);
    expect([budget.left(0), budget.waitMs(6_000, 0)]).toEqual([6_000, 0]);
    budget.take(6_000, 0);
    expect(budget.left(10_000)).toBeCloseTo(1_000);
    expect(budget.waitMs(1_500, 10_000)).toBeCloseTo(5_000, -1);
    expect(budget.left(1e9)).toBe(6_000);
  });

  it("says after which time there is enough, whatever was taken before", () => {
    const step = fc.record({ ms: fc.double({ min: -500, max: 3_000, noNaN: true }), later: fc.nat(10_000) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.array(step),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (perMinute, steps, part) => {
          const budget = new Allowance(perMinute);
          let now = 0;
          for (const { ms, later } of steps) budget.take(ms, (now += later));
          const asked = part * perMinute;
          const waitMs = budget.waitMs(asked, now);
          expect(budget.waitMs(asked, now + waitMs)).toBe(0);
          if (waitMs > 2) expect(budget.left(now)).toBeLessThan(asked);
        },
      ),
    );
  });

  it("is each client's own, of so many clients that asked latest", () => {
    const budgets = new Allowances({ maxClients: 2 });
    budgets.of("a", 1_000).take(900, 0);
    budgets.of("b", 1_000).take(800, 0);
    expect([budgets.of("a", 1_000).left(0), budgets.of("b", 1_000).left(0)]).toEqual([100, 200]);
    budgets.of("a", 1_000);
    budgets.of("c", 1_000);
    expect([budgets.of("a", 1_000).left(0), budgets.of("b", 1_000).left(0)]).toEqual([100, 1_000]);
  });

  it("begins anew where it becomes another", () => {
    const budgets = new Allowances();
    budgets.of("a", 1_000).take(900, 0);
    expect([budgets.of("a", 2_000).left(0), budgets.of("a", 1_000).left(0)]).toEqual([2_000, 1_000]);
  });
});

describe("an operation's charge", () => {
  const task: MatchTask = { kind: "match", model: "m", image: { bytes: new Uint8Array(1) }, text: "a dog" };
  const none = { totalMs: 0, queueMs: 0, preprocessMs: 0, encodeMs: 0, decodeMs: 0, encodeBatch: 0, decodeBatch: 0 };
  const timing = (encodeMs: number): Timing => ({ ...none, encodeMs, encodeBatch: 1, imageCacheHit: false });

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Of two requests, each expected to take 100 ms, out of a budget without what filled up since. */
  function charged() {
    const budget = new Allowance(1_000);
    const started = performance.now();
    budget.take(200, started);
    const charge = new Charge({ expectedMs: 200, msOf: () => 100, settle: (ms) => budget.take(ms, performance.now()) });
    return { charge, left: () => Math.round(budget.left(started)) };
  }

  it("is what is expected until it is over, then what its requests took", () => {
    const { charge, left } = charged();
    const [a, b] = [charge.began(task), charge.began(task)];
    a.ended({ code: "OK", timing: timing(30) });
    b.ended({ code: "OK", timing: timing(50) });
    expect(left()).toBe(800);
    charge.over();
    expect(left()).toBe(920);
  });

  it("is more than was expected where they took more", () => {
    const { charge, left } = charged();
    charge.began(task).ended({ code: "OK", timing: timing(1_500) });
    charge.over();
    expect(left()).toBe(-500);
  });

  it("stays while a chat runs on after its operation, and counts what begins later", () => {
    const { charge, left } = charged();
    const chat = charge.began(task);
    charge.over();
    expect(left()).toBe(800);
    chat.ended({ code: "OK", timing: timing(70) });
    expect(left()).toBe(930);
    charge.began(task).ended({ code: "OK", timing: timing(30) });
    expect(left()).toBe(900);
  });

  it("is of a request that failed what it had time for, at most what was expected", () => {
    const { charge, left } = charged();
    const [refused, cancelled, late] = [charge.began(task), charge.began(task), charge.began(task)];
    refused.ended({ code: "OVERLOADED" });
    vi.advanceTimersByTime(40);
    cancelled.ended({ code: "CANCELLED" });
    vi.advanceTimersByTime(400);
    late.ended({ code: "DEADLINE_EXCEEDED" });
    charge.over();
    expect(left()).toBe(1_000 - 40 - 100);
  });
});
