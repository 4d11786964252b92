import type { KindName } from "../device-kinds.ts";
import { type Kind, kinds } from "../load.ts";
import type { Scenario } from "../simulate.ts";
import type { Results } from "./experiment.ts";
import { mixes, type MixName, oneDevice } from "./scenarios.ts";

const MIX_OF = { caption: "captions", index: "indexing", chat: "chats" } as const satisfies Record<Kind, MixName>;
/** About half of what a device can do, where nobody is refused. */
const HALF_LOADS: Readonly<Record<"cpu" | "gpu", Readonly<Record<Kind, number>>>> = {
  cpu: { caption: 0.6, index: 0.8, chat: 0.005 },
  gpu: { caption: 600, index: 1500, chat: 4 },
};

/** What has to be simulated to know a device's capacity: each kind of request by itself. */
export function capacityScenarios(device: KindName): readonly Scenario[] {
  const loads = HALF_LOADS[device === "cpu" ? "cpu" : "gpu"];
  return kinds.map((kind) => oneDevice(device, MIX_OF[kind], loads[kind], "full"));
}

/** Answers a second of a mix that a device could give, were every pass full and none in vain. */
export function capacityOf(device: KindName, mix: MixName, results: Results): number {
  const shares = mixes[mix];
  const total = kinds.reduce((sum, kind) => sum + shares[kind], 0);
  const points = results.points(capacityScenarios(device));
  const secondsOfOne = kinds.map((kind, i) => shares[kind] / points[i]!.summary.capacity);
  return total / secondsOfOne.reduce((sum, seconds) => sum + seconds, 0);
}
