import type { KindName } from "../device-kinds.ts";
import type { Scenario } from "../simulate.ts";
import { oneDevice, type Scope, some } from "./scenarios.ts";

/** The kinds of device, as figures name them. */
export const kindTitles: Readonly<Record<KindName, string>> = { cpu: "2 CPU cores", h100: "H100", h200: "H200" };

const LOADS: Readonly<Record<KindName, readonly number[]>> = {
  cpu: [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5],
  h100: [10, 20, 50, 100, 200, 300, 400, 500, 700, 1000, 1500],
  h200: [10, 20, 50, 100, 200, 300, 400, 500, 700, 1000, 1500],
};

/** One device of a kind under captions, indexing and chats together, from little to far too much. */
export function mixedScenarios(kind: KindName, scope: Scope): readonly Scenario[] {
  return some(LOADS[kind], scope).map((perSecond) => oneDevice(kind, "mixed", perSecond, scope));
}

export const mixedKinds: readonly KindName[] = ["h100", "h200", "cpu"];
export const MIX_NOTE =
  "One device; 58 % captions (BLIP-base), 40 % indexing (BLIP), 2 % chats (LLaVA-7B), half of them one greedy client's.";
