import type { KindName } from "../device-kinds.ts";
import { count } from "../plot/formats.ts";
import type { Colour, Panel, Series } from "../plot/panel.ts";
import type { Scenario } from "../simulate.ts";
import { capacityOf, capacityScenarios } from "./capacity.ts";
import { loadAxis, overLoad } from "./curves.ts";
import type { Experiment, Results } from "./experiment.ts";
import { mixedScenarios } from "./mixed.ts";
import { type MixName, oneDevice, type Point, type Scope, some } from "./scenarios.ts";

type Alone = Exclude<MixName, "mixed">;

const GPU_LOADS: Readonly<Record<Alone, readonly number[]>> = {
  captions: [100, 200, 400, 600, 800, 1000, 1200, 1600, 2500, 5000],
  indexing: [300, 600, 1000, 1500, 2000, 2500, 3000, 4000, 6000, 10_000],
  chats: [1, 2, 4, 6, 8, 10, 12, 16, 30, 60],
};
const CPU_LOADS: Readonly<Record<Alone, readonly number[]>> = {
  captions: [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.6, 2.5, 5],
  indexing: [0.2, 0.4, 0.8, 1.2, 1.5, 1.8, 2.5, 4, 8],
  chats: [0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1],
};
const TITLES: Readonly<Record<MixName, string>> = {
  captions: "captions",
  indexing: "indexing",
  chats: "chats",
  mixed: "all three",
};
const ROWS: readonly (readonly KindName[])[] = [["h100", "h200"], ["cpu"]];
const COLOURS: Readonly<Record<KindName, Colour>> = { cpu: "blue", h100: "blue", h200: "orange" };
const NAMES: Readonly<Record<KindName, string>> = { cpu: "H100 or CPU", h100: "H100 or CPU", h200: "H200" };

/** Answers that came soon enough, by the second. */
export const goodput: Experiment = {
  name: "goodput",
  scenarios: (scope) =>
    ROWS.flat().flatMap((kind) => [
      ...capacityScenarios(kind),
      ...mixNames.flatMap((mix) => scenariosOf(kind, mix, scope)),
    ]),
  figure: (results, scope) => ({
    title: "Goodput against load",
    notes: [
      "One device. Good: a caption within 2 s, indexing within 10 s; a chat's first token within 2 s, then 50 ms a token on the mean;",
      "on the CPU 10 s, 60 s, and 120 s with 1 s a token. Across: the capacity, were every pass full and none in vain.",
    ],
    columns: 4,
    panels: ROWS.flatMap((kinds) => mixNames.map((mix) => panel(kinds, mix, { results, scope }))),
  }),
};

const mixNames: readonly MixName[] = ["captions", "indexing", "chats", "mixed"];

function scenariosOf(kind: KindName, mix: MixName, scope: Scope): readonly Scenario[] {
  if (mix === "mixed") return mixedScenarios(kind, scope);
  const loads = (kind === "cpu" ? CPU_LOADS : GPU_LOADS)[mix];
  return some(loads, scope).map((perSecond) => oneDevice(kind, mix, perSecond, scope));
}

interface Simulated {
  readonly results: Results;
  readonly scope: Scope;
}

function panel(kinds: readonly KindName[], mix: MixName, { results, scope }: Simulated): Panel {
  const capacities = kinds.map((kind) => capacityOf(kind, mix, results));
  const curves = kinds.map((kind) => results.points(scenariosOf(kind, mix, scope)));
  const asked = { name: "asked", colour: "grey", stroke: "dotted" } as const;
  return {
    title: `${kinds.includes("cpu") ? "2 CPU cores" : "H100, H200"}: ${TITLES[mix]}`,
    x: loadAxis,
    y: { label: "", kind: "linear", from: 0, to: 1.2 * Math.max(...capacities), format: count },
    series: [
      overLoad(curves[0]!, asked, ({ perSecond }) => perSecond.arrived),
      ...kinds.flatMap((kind, i) => answers(kind, curves[i]!)),
    ],
    marks: kinds.map((kind, i) => ({ along: "y", at: capacities[i]!, label: "", colour: COLOURS[kind] })),
  };
}

function answers(kind: KindName, points: readonly Point[]): readonly Series[] {
  const [colour, whose] = [COLOURS[kind], NAMES[kind]];
  return [
    overLoad(points, { name: `good answers, ${whose}`, colour }, ({ perSecond }) => perSecond.good),
    overLoad(
      points,
      { name: `all answers, ${whose}`, colour, stroke: "dashed" },
      ({ perSecond }) => perSecond.answered,
    ),
  ];
}
