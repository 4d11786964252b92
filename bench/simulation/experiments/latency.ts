import { deviceKinds, type KindName } from "../device-kinds.ts";
import { milliseconds } from "../plot/formats.ts";
import type { Panel } from "../plot/panel.ts";
import type { Percentiles, Summary } from "../summary.ts";
import { capacityOf, capacityScenarios } from "./capacity.ts";
import { loadAxis, percentileCurves } from "./curves.ts";
import type { Experiment } from "./experiment.ts";
import { kindTitles, MIX_NOTE, mixedKinds, mixedScenarios } from "./mixed.ts";
import type { Point } from "./scenarios.ts";

/** How long those wait who are let in. */
export const latency: Experiment = {
  name: "latency",
  scenarios: (scope) => mixedKinds.flatMap((kind) => [...capacityScenarios(kind), ...mixedScenarios(kind, scope)]),
  figure: (results, scope) => ({
    title: "Latency against load",
    notes: [MIX_NOTE, "Of those who were let in. Vertical: the capacity, were every pass full; the target of goodput."],
    columns: 3,
    panels: mixedKinds.flatMap((kind) =>
      panels(kind, results.points(mixedScenarios(kind, scope)), capacityOf(kind, "mixed", results)),
    ),
  }),
};

function panels(kind: KindName, points: readonly Point[], capacity: number): readonly Panel[] {
  const { captionMs, firstTokenMs, gapMs } = deviceKinds[kind].targets;
  const panel = (what: string, targetMs: number, value: (summary: Summary) => Percentiles | undefined): Panel => ({
    title: `${kindTitles[kind]}: ${what}`,
    x: loadAxis,
    y: { label: "", kind: "log", format: milliseconds },
    series: percentileCurves(points, value),
    marks: [
      { along: "x", at: capacity, label: "capacity", colour: "grey" },
      { along: "y", at: targetMs, label: "target", colour: "green" },
    ],
  });
  return [
    panel("a caption", captionMs, ({ times }) => times.caption),
    panel("a chat's first token", firstTokenMs, ({ firstToken }) => firstToken),
    panel("between two tokens", gapMs, ({ gap }) => gap),
  ];
}
