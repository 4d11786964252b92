import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pace, SharedTime } from "../../inference/pace.ts";

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

  it("is slower where much was for nothing", () => {
    const pace = new Pace();
    for (let i = 0; i < 100; i++) pace.ended({ deviceMs: i % 2 === 0 ? 100 : 0, tookMs: 100 });
    expect(pace.value).toBeCloseTo(2, 0);
  });

  it("forgets a time in which everything stood still", () => {
    const pace = new Pace();
    pace.ended({ deviceMs: 100, tookMs: 60_000 });
    expect(pace.value).toBe(50);
    for (let i = 0; i < 200; i++) pace.ended({ deviceMs: 100, tookMs: 200 });
    expect(pace.value).toBeLessThan(2.1);
  });
});

describe("time that is shared", () => {
  it("is one's own while nobody else is there, and is nobody's while nobody is", () => {
    const time = new SharedTime();
    const first = time.come(1000);
    expect(time.go(first, 1500)).toBe(500);
    const later = time.come(90_000);
    const other = time.come(90_100);
    expect(time.go(later, 90_300)).toBe(200);
    expect(time.go(other, 90_400)).toBe(200);
  });

  it("is given out whole, whoever comes and goes when", () => {
    const stays = fc.array(fc.record({ at: fc.nat(10_000), ms: fc.integer({ min: 1, max: 5_000 }) }), { minLength: 1 });
    fc.assert(
      fc.property(stays, (all) => {
        const time = new SharedTime();
        const came = new Map<number, number>();
        const events = all.flatMap(({ at, ms }, i) => [
          { at, i, kind: "come" },
          { at: at + ms, i, kind: "go" },
        ]);
        let [given, busy, present, last] = [0, 0, 0, 0];
        for (const { at, i, kind } of events.toSorted((a, b) => a.at - b.at)) {
          if (present > 0) busy += at - last;
          if (kind === "come") came.set(i, time.come(at));
          else given += time.go(came.get(i)!, at);
          present += kind === "come" ? 1 : -1;
          last = at;
        }
        expect(given).toBeCloseTo(busy, 4);
      }),
    );
  });
});
