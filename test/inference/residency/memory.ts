import type { MemoryBudget } from "../../../inference/index.ts";

/** A budget of so much for models' own needs, and so much again for what they share. */
export function budgetOf(
  bytes: number,
  weights: Readonly<Record<string, number>>,
  options: Partial<Pick<MemoryBudget, "pinned" | "idleUnloadMs">> = {},
): MemoryBudget {
  const needs = Object.entries(weights).map(([name, own]) => {
    return [name, { weights: own, keysValues: 0, activations: 0 }] as const;
  });
  const shared = { process: bytes / 2, features: bytes / 2 };
  return { bytes: 2 * bytes, shared, needs: new Map(needs), pinned: [], idleUnloadMs: undefined, ...options };
}
