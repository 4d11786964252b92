import fc from "fast-check";
import type { Batch } from "../../../inference/scheduling/batch.ts";
import { describe, expect, it } from "vitest";
import { caption, memory, vision } from "./fake-programs.ts";
import { Simulation, type Watch } from "./simulation.ts";
import { CacheContents } from "./cache-contents.ts";
import { CallsOnce, Endings, Failures, SequencesOnce } from "./watches.ts";
import { type Arrival, longPrompts, type Workload, workload } from "./workload.ts";

const RUNS = 1000;

describe("a scheduler of random work", () => {
  it("ends every request once with its own results, computes equal calls once, and holds nothing when idle", () => {
    fc.assert(
      fc.property(workload, (load) => everythingHolds(load)),
      { numRuns: RUNS },
    );
  });

  it("does so with chunks of long prompts beside the steps of others, too", () => {
    const mixed = new MixedPasses();
    fc.assert(
      fc.property(longPrompts, (load) => everythingHolds(load, [mixed])),
      { numRuns: 300 },
    );
    expect(mixed.count).toBeGreaterThan(300);
  });

  it("gives one sequence to all who ask for the same at the same time", () => {
    let numJoined = 0;
    const check = (load: Workload): void => {
      const once = new SequencesOnce();
      new Simulation(load, [once]).run();
      numJoined += once.numJoined;
    };
    fc.assert(fc.property(workload, check), { numRuns: 300 });
    expect(numJoined).toBeGreaterThan(30);
  });

  it("never keeps more features than the cache may hold", () => {
    const check = (load: Workload): void => {
      const simulation: Simulation = new Simulation(load, [{ passed: () => expectBounded(simulation, load) }]);
      simulation.run();
    };
    fc.assert(fc.property(workload, check), { numRuns: 200 });
  });

  it("encodes each picture once in all, where the cache has room", () => {
    fc.assert(fc.property(workload, encodedOnce), { numRuns: 200 });
  });

  it("starves nobody, however much keeps coming", () => {
    fc.assert(fc.property(fc.constantFrom("m", "n"), fc.integer({ min: 1, max: 4 }), notStarved), { numRuns: 40 });
  });
});

/** So that it is seen that there are some. */
class MixedPasses implements Watch {
  count = 0;

  pass(batch: Batch): void {
    if (batch.kind === "decoder" && batch.pass === "mixed") this.count += 1;
  }
}

function everythingHolds(load: Workload, watches: readonly Watch[] = []): void {
  const endings = new Endings();
  const held = [new Failures(), new CallsOnce(), new CacheContents(load.limits)];
  const simulation = new Simulation(load, [endings, ...watches, ...held]);
  const passes = simulation.run();
  endings.assertNoneOpen();
  expect(simulation.scheduler.held).toMatchObject({ requests: 0, calls: 0, slots: 0 });
  expect(passes).toBeLessThanOrEqual(workIn(load));
}

/** Passes if each did the least it may: one call, or one row. */
function workIn({ requests, limits: { visionParts } }: Workload): number {
  return requests.reduce((sum, { program: { calls, decode } }) => {
    if (decode === undefined) return sum + (3 + visionParts) * calls.length;
    const { strategy, promptTokenIds } = decode;
    const beams = strategy.kind === "beam" ? strategy.beams : 1;
    return (
      sum +
      (3 + visionParts) * calls.length +
      1 +
      visionParts +
      promptTokenIds.length +
      beams * (strategy.kind === "rank" ? 0 : strategy.maxTokens)
    );
  }, 0);
}

function expectBounded({ cache }: Simulation, { limits }: Workload): void {
  expect(cache.bytes).toBeLessThanOrEqual(limits.cacheBytes);
}

function encodedOnce(load: Workload): void {
  const seen = new Map<string, number>();
  const count = {
    passed: (batch: Parameters<NonNullable<CallsOnce["passed"]>>[0], how: "done" | "broken" | "paused") => {
      if (batch.kind === "decoder" || !batch.network.endsWith("/vision") || how !== "done") return;
      for (const { call } of batch.items)
        seen.set(`${call.network} ${call.key}`, (seen.get(`${call.network} ${call.key}`) ?? 0) + 1);
    },
  };
  new Simulation({ ...load, limits: { ...load.limits, cacheBytes: 1000 } }, [count]).run();
  expect([...seen.values()].every((times) => times === 1)).toBe(true);
}

/** A caption among pictures and captions that come at every pass. */
function notStarved(model: string, maxSequences: number): void {
  const decode = { prompt: 2, say: 4, beams: 1 };
  const flood = Array.from({ length: 200 }, (_, at) => [
    arrivalOf(at, { model: "m", calls: [vision("m", `p${at}`)] }),
    arrivalOf(at, { model: "n", calls: [vision("n", `p${at}`), memory("n", `p${at}`)] }),
  ]).flat();
  const mine = arrivalOf(20, caption(model, "mine", { ...decode, tag: flood.length }));
  const ends = new Map<string, number>();
  let passes = 0;
  const watch = {
    passed: () => {
      passes++;
    },
    finished: ({ id }: { id: string }) => {
      ends.set(id, passes);
    },
  };
  const limits = {
    maxBatch: 2,
    maxSequences,
    maxCachedRows: 200,
    maxKeptRows: 0,
    maxRowsPerPass: 16,
    mixes: true,
    cacheBytes: 100,
    visionParts: 1,
  };
  new Simulation({ limits, requests: [...flood, mine], broken: new Set() }, [watch]).run();
  // The pictures before it first, two to a pass, a lane's turn coming round at least every fourth pass.
  expect(ends.get(String(flood.length))! - 20).toBeLessThan(100);
}

function arrivalOf(at: number, program: Arrival["program"]): Arrival {
  return { at, when: "before", program, streams: false, deadline: Infinity, leaves: undefined };
}
