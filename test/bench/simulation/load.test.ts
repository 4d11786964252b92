import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Xorshift } from "../../../bench/random.ts";
import { logNormal, zipf } from "../../../bench/simulation/distributions.ts";
import { EventQueue } from "../../../bench/simulation/event-queue.ts";
import { jain } from "../../../bench/simulation/fairness.ts";
import { type Arrival, arrivals, type Load } from "../../../bench/simulation/load.ts";
import { mean, median } from "../../../bench/statistics.ts";

const load: Load = {
  perSecond: 100,
  mix: { caption: 2, index: 1, chat: 1 },
  clients: [
    { name: "greedy", share: 3 },
    { name: "other", share: 1 },
  ],
};

function first(count: number, seed: number): readonly Arrival[] {
  const coming = arrivals(load, seed);
  return Array.from({ length: count }, () => coming.next().value as Arrival);
}

describe("requests as they come", () => {
  const many = first(20_000, 7);
  const share = (is: (arrival: Arrival) => boolean): number => many.filter(is).length / many.length;

  it("are the same for the same seed, and others for another", () => {
    expect(first(50, 1)).toEqual(first(50, 1));
    expect(first(50, 2)).not.toEqual(first(50, 1));
  });

  it("come by themselves: as often as is said, with gaps as uneven as of a Poisson process", () => {
    const gaps = many.map(({ atMs }, i) => atMs - (many[i - 1]?.atMs ?? 0));
    expect(mean(gaps)).toBeCloseTo(10, 0);
    const variance = mean(gaps.map((gap) => (gap - mean(gaps)) ** 2));
    expect(Math.sqrt(variance) / mean(gaps)).toBeCloseTo(1, 1);
  });

  it("are of the kinds and clients that are said", () => {
    expect(share(({ kind }) => kind === "caption")).toBeCloseTo(0.5, 1);
    expect(share(({ client }) => client === "greedy")).toBeCloseTo(0.75, 1);
  });

  it("ask about some pictures again and again, but index each once", () => {
    expect(share(({ picture }) => picture === "popular 0")).toBeGreaterThan(0.02);
    const indexed = many.filter(({ kind }) => kind === "index").map(({ picture }) => picture);
    expect(new Set(indexed).size).toBe(indexed.length);
  });

  it("are answered at about the length of Azure's conversations", () => {
    const answers = many.filter(({ kind }) => kind === "chat").map(({ tokens }) => tokens);
    expect(Math.abs(median(answers) - 129)).toBeLessThan(8);
  });
});

describe("distributions", () => {
  it("have Zipf's second half as often as the first", () => {
    const random = new Xorshift(3);
    const drawn = Array.from({ length: 50_000 }, () => zipfOf1000.draw(random));
    const times = (value: number): number => drawn.filter((one) => one === value).length;
    expect(times(0) / times(1)).toBeCloseTo(2, 0);
  });

  it("keep lengths in their range", () => {
    const random = new Xorshift(3);
    const range = { median: 100, sigma: 2, min: 5, max: 200 };
    for (let i = 0; i < 1000; i++) expect(logNormal(range, random)).toSatisfy((n: number) => n >= 5 && n <= 200);
  });
});

const zipfOf1000 = zipf(1000);

describe("the queue of events", () => {
  it("gives the soonest first, and of equal times what came first", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const queue = new EventQueue<readonly [number, number]>();
        times.forEach((atMs, i) => queue.add(atMs, [atMs, i]));
        const taken = times.map(() => queue.take());
        expect(taken).toEqual(times.map((atMs, i) => [atMs, i] as const).sort((a, b) => a[0] - b[0] || a[1] - b[1]));
        expect(queue.nextMs).toBe(Infinity);
      }),
    );
  });
});

describe("Jain's index", () => {
  it("is 1 for equal shares, 1/n where one has everything, nothing for one alone", () => {
    expect(jain([2, 2, 2])).toBeCloseTo(1);
    expect(jain([5, 0, 0, 0])).toBeCloseTo(0.25);
    expect(jain([1])).toBeUndefined();
  });
});
