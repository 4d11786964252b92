import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Asked } from "../../../bench/load/asker.ts";
import { parseDeviceTimes } from "../../../bench/load/device-times.ts";
import { mark } from "../../../bench/load/mark.ts";
import { type Pace, sendAtPace } from "../../../bench/load/paces.ts";
import { machineTicks, processTicks } from "../../../bench/load/processor-time.ts";
import { rate } from "../../../bench/load/rate.ts";
import { Xorshift } from "../../../bench/random.ts";

/** Sends at a pace on a clock that only waiting moves on, until then; each answer is there at once. */
async function sent(pace: Pace, untilMs: number, answer: (count: number) => Partial<Asked> = () => ({})) {
  let [now, count] = [0, 0];
  const ending = new AbortController();
  const pass = (ms: number): void => {
    now += ms;
    if (now >= untilMs) ending.abort();
  };
  const send = (): Promise<Asked> => {
    const asked = { at: now, ms: 1, code: "OK", retryAfterMs: undefined, ...answer(count++) };
    if (pace.kind !== "open") pass(asked.ms);
    return Promise.resolve(asked);
  };
  const wait = (ms: number): Promise<void> => {
    pass(ms);
    return Promise.resolve();
  };
  return sendAtPace(pace, { signal: ending.signal, random: new Xorshift(5), now: () => now, wait, next: () => send });
}

describe("a crowd", () => {
  it("sends so many a second by chance, whatever becomes of them", async () => {
    const outcomes = await sent({ kind: "open", perSecond: 50 }, 60_000, () => ({ ms: 5_000, code: "OVERLOADED" }));
    expect(outcomes.length).toBeGreaterThan(2_800);
    expect(outcomes.length).toBeLessThan(3_200);
    const gaps = outcomes.slice(1).map(({ at }, i) => at - outcomes[i]!.at);
    // Of a Poisson process, the deviation of the gaps is as large as their mean.
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    expect(deviation / mean).toBeCloseTo(1, 0);
    expect(outcomes.every(({ lateMs }) => lateMs === 0)).toBe(true);
  });

  it("that is closed has as many in flight as it has clients", async () => {
    const outcomes = await sent({ kind: "closed", clients: 3 }, 300, () => ({ ms: 10 }));
    expect(outcomes.length).toBeGreaterThanOrEqual(30);
    expect(outcomes.length).toBeLessThanOrEqual(32);
  });

  it("that is patient comes again after the time that it was told, and counts all its attempts as one", async () => {
    const refused = { code: "OVERLOADED", retryAfterMs: 200 };
    const outcomes = await sent({ kind: "patient", clients: 1, patienceMs: 5_000 }, 1_000, (count) =>
      count % 4 < 3 ? refused : {},
    );
    expect(outcomes[0]).toMatchObject({ at: 0, code: "OK", attempts: 4, ms: 604 });
  });

  it("that is patient asks the same again", async () => {
    let [now, numRequests] = [0, 0];
    const ending = new AbortController();
    const next = (): (() => Promise<Asked>) => {
      const request = numRequests++;
      let attempts = 0;
      return () => {
        if (request === 9) ending.abort();
        const refused = attempts++ < request ? { code: "OVERLOADED", retryAfterMs: 10 } : { code: "OK" };
        return Promise.resolve({ at: now, ms: 1, retryAfterMs: undefined, ...refused });
      };
    };
    const wait = (ms: number): Promise<void> => Promise.resolve(void (now += ms));
    const context = { signal: ending.signal, random: new Xorshift(5), now: () => now, wait, next };
    const outcomes = await sendAtPace({ kind: "patient", clients: 1, patienceMs: 5_000 }, context);
    expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("loses its patience", async () => {
    const refused = { code: "OVERLOADED", retryAfterMs: 200 };
    const [first] = await sent({ kind: "patient", clients: 1, patienceMs: 500 }, 600, () => refused);
    expect(first).toMatchObject({ code: "OVERLOADED", attempts: 3 });
  });
});

describe("what is read of the system", () => {
  it("is the time of a process whose name has spaces and parentheses", () => {
    expect(processTicks("7 (a (b) c) S 1 7 7 0 -1 4 5 6 7 8 120 30 9 9 20 0 11 0")).toBe(150);
  });

  it("is the busy time of all cores", () => {
    expect(machineTicks("cpu  100 5 50 800 45 0 2 3 0 0\ncpu0 1 1 1 1\n")).toEqual({ total: 1_005, busy: 160 });
  });

  it("is what passes took, by model and network", () => {
    const labels = (model: string, network: string) => `{model="${model}",network="${network}",pass="encode"}`;
    const exposition = [
      `triptych_pass_seconds_sum${labels("a", "vision")} 3`,
      `triptych_pass_seconds_count${labels("a", "vision")} 6`,
      `triptych_pass_seconds_sum${labels("b", "decoder")} 1`,
      `triptych_pass_seconds_count${labels("b", "decoder")} 10`,
    ].join("\n");
    const times = parseDeviceTimes(exposition);
    expect([times.shareOf("a"), times.meanMs("a", "vision"), times.passes("b", "decoder")]).toEqual([0.75, 500, 10]);
    const later = parseDeviceTimes(exposition.replace(" 3", " 7").replace(" 6", " 8")).since(times);
    expect([later.shareOf("a"), later.meanMs("a", "vision")]).toEqual([1, 2_000]);
  });
});

describe("a mark", () => {
  it("is met up to its limit, and from it on", () => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 5 }), (above) => {
        const [most, least] = [mark("", 10 + above, { value: 10, unit: "ms" }), mark("", 10 + above, atLeast10)];
        expect([most.isMet, least.isMet]).toEqual([above <= 0, above >= 0]);
      }),
    );
    expect(mark("p99", 12.345, { value: 10, unit: "ms" })).toEqual({
      ...{ what: "p99", measured: "12.3 ms", mark: "≤ 10 ms", isMet: false },
    });
  });

  const atLeast10 = { value: 10, unit: "%", kind: "at least" } as const;

  it("of throughput counts what was answered well in its time", () => {
    const outcome = { ms: 100, code: "OK", retryAfterMs: undefined, attempts: 1, lateMs: 0 };
    const at = (ms: number, code = "OK") => ({ ...outcome, at: ms, code });
    expect(rate([at(0), at(850), at(900), at(1_900), at(500, "OVERLOADED")], 0, 1_000)).toBe(2);
  });
});
