import type { KindName } from "../device-kinds.ts";
import { bytes } from "../plot/formats.ts";
import type { Panel } from "../plot/panel.ts";
import { capacityOf, capacityScenarios } from "./capacity.ts";
import { loadAxis, overLoad } from "./curves.ts";
import type { Experiment } from "./experiment.ts";
import { kindTitles, MIX_NOTE, mixedKinds, mixedScenarios } from "./mixed.ts";
import type { Point } from "./scenarios.ts";

/** The most that a device held at a time. */
export const memory: Experiment = {
  name: "memory",
  scenarios: (scope) => mixedKinds.flatMap((kind) => [...capacityScenarios(kind), ...mixedScenarios(kind, scope)]),
  figure: (results, scope) => ({
    title: "Memory against load, at the most",
    notes: [MIX_NOTE, "Beside the weights: keys and values, the cache of features, and what waits in queues."],
    columns: 3,
    panels: mixedKinds.map((kind) =>
      panel(kind, results.points(mixedScenarios(kind, scope)), capacityOf(kind, "mixed", results)),
    ),
  }),
};

function panel(kind: KindName, points: readonly Point[], capacity: number): Panel {
  return {
    title: kindTitles[kind],
    x: loadAxis,
    y: { label: "", kind: "log", format: bytes },
    series: [
      overLoad(points, { name: "keys and values", colour: "blue" }, ({ held }) => held.keysValues || undefined),
      overLoad(points, { name: "features kept", colour: "green" }, ({ held }) => held.features || undefined),
      overLoad(points, { name: "queues", colour: "orange" }, ({ held }) => held.queues || undefined),
    ],
    marks: [{ along: "x", at: capacity, label: "capacity", colour: "grey" }],
  };
}
