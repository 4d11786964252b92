import { describe, expect, it } from "vitest";
import { type MemoryBudget, refusal } from "../../../inference/residency/memory-budget.ts";

const gib = (size: number): number => size * 2 ** 30;
const need = { weights: gib(13.2), keysValues: gib(1), activations: gib(0.25) };
const budget: MemoryBudget = {
  bytes: gib(12),
  shared: { process: gib(0.25), features: gib(0.375) },
  needs: new Map([
    ["llava", { ...need, smaller: { dtype: "int4", need: { ...need, weights: gib(4.4) } } }],
    ["blip", { weights: gib(7), keysValues: 0, activations: gib(0.1) }],
  ]),
  pinned: ["blip"],
  idleUnloadMs: undefined,
};

describe("a refusal", () => {
  it("is the sum, what it is held against, and what would help", () => {
    expect(refusal("llava", [], budget)).toBe(
      "it needs 13.2 GiB of weights, 1 GiB of keys and values, 256 MiB for its passes, " +
        "beside 384 MiB for features and pictures, 256 MiB for the process: 15.1 GiB; the budget is 12 GiB. " +
        "Raise --memory, lower --kv-cache, or take --models llava:int4, which needs 6.28 GiB in all.",
    );
  });

  it("counts what is pinned, and advises nothing that would not do", () => {
    const text = refusal("llava", ["blip"], budget);
    expect(text).toContain("7.1 GiB for what is pinned (blip): 22.2 GiB; the budget is 12 GiB.");
    expect(text).toMatch(/Raise --memory, lower --kv-cache\.$/);
  });

  it("does not speak of keys and values where there are none", () => {
    const text = refusal("blip", [], { ...budget, bytes: gib(2) });
    expect(text).toContain("7 GiB of weights, 102 MiB for its passes, beside");
    expect(text).toMatch(/Raise --memory\.$/);
  });
});
