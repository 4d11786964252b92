import { describe, expect, it } from "vitest";
import { chainedModel } from "../../bench/faults/chained-inference.ts";
import { Suitability } from "../../cluster/worker/suitability.ts";
import type { ModelInfo } from "../../inference/index.ts";

const { name } = chainedModel;
const none = new Set<string>();
const nobody = { serving: new Set<string>(), ready: new Set<string>() };
const somebody = { serving: new Set([name]), ready: new Set([name]) };

function worker(changes: Partial<ModelInfo> = {}): Suitability {
  return new Suitability({ models: () => [{ ...chainedModel, ...changes }] });
}

describe("what needs a model", () => {
  it("is run by whoever has it, whatever others have, and what needs none by anybody", () => {
    for (const others of [nobody, somebody]) {
      const ready = worker();
      ready.heard(others, none);
      expect([ready.mayRun(name, 0), ready.mayRun(undefined, 0), ready.mayRun("another's", 0)]).toEqual([
        true,
        true,
        false,
      ]);
      expect(ready.isBetterElsewhere(name)).toBe(false);
    }
    expect(worker({ state: "FAILED" }).mayRun(name, 0)).toBe(false);
  });

  it("waits for a worker that starts only where nobody has it, and for one that loads it because it was asked", () => {
    const starting = worker({ state: "LOADING" });
    expect([starting.mayRun(name, 0), starting.isBetterElsewhere(name)]).toEqual([true, false]);
    starting.heard(somebody, none);
    expect([starting.mayRun(name, 0), starting.isBetterElsewhere(name)]).toEqual([false, true]);
    const asked = worker({ state: "LOADING", isOnDemand: true });
    asked.heard(somebody, none);
    expect([asked.mayRun(name, 0), asked.isBetterElsewhere(name)]).toEqual([true, false]);
  });

  it("goes on elsewhere where what computes it was silent twice in a row, until it speaks", () => {
    const silent = worker();
    const isElsewhere = [somebody, somebody, nobody, somebody].map((others) => {
      silent.heard(others, new Set([name]));
      return silent.isBetterElsewhere(name);
    });
    expect(isElsewhere).toEqual([false, true, false, true]);
    silent.heard(somebody, none);
    expect([silent.isBetterElsewhere(name), silent.mayRun(name, 0)]).toEqual([false, true]);
  });

  it("is others' for a second after there was no room for something; what runs stays", () => {
    const full = worker();
    full.wasFull(5_000);
    expect(full.mayRun(name, 5_001)).toBe(true);
    full.heard(somebody, none);
    expect([5_001, 5_999, 6_000].map((now) => full.mayRun(name, now))).toEqual([false, false, true]);
    expect(full.isBetterElsewhere(name)).toBe(false);
  });
});
