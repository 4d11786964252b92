import type { KindName } from "../device-kinds.ts";
import { jain } from "../fairness.ts";
import { count, percent, times } from "../plot/formats.ts";
import type { Colour, Panel } from "../plot/panel.ts";
import type { Scenario } from "../simulate.ts";
import type { Summary } from "../summary.ts";
import { loadAxis, overLoad } from "./curves.ts";
import type { Experiment, Results } from "./experiment.ts";
import { kindTitles } from "./mixed.ts";
import { mixes, type Scope, some } from "./scenarios.ts";

/** A client's captions that come all the same, however much the greedy ones ask for. */
const POLITE = { name: "polite", perSecond: { cpu: 0.05, h100: 50 } };
const GREEDY = [
  { name: "greedy", share: 1 },
  { name: "greedier", share: 2 },
  { name: "greediest", share: 5 },
];
const LOADS = {
  cpu: [0.1, 0.3, 0.5, 0.8, 1, 1.5, 3, 10],
  h100: [100, 300, 600, 900, 1200, 2000, 4000, 10_000],
};
const SPANS = {
  cpu: { warmUpMs: 200_000, windowMs: 1_200_000 },
  h100: { warmUpMs: 2000, windowMs: 4000 },
};

type Kind = keyof typeof LOADS & KindName;

const rows: readonly Kind[] = ["h100", "cpu"];

/** What a polite client has of it that others ask for too much, and what these have of each other. */
export const fairness: Experiment = {
  name: "fairness",
  scenarios: (scope) => rows.flatMap((kind) => [scenario(kind, 0), ...loaded(kind, scope)]),
  figure: (results, scope) => ({
    title: "Fairness against load",
    notes: [
      "Captions of one device. One client asks for a twentieth of what it can do; three more for 1 : 2 : 5 of the load below.",
      "Left: Jain's index of the device's time of those who are refused something, or wait; 1 is equal.",
    ],
    columns: 3,
    panels: rows.flatMap((kind) => panels(kind, results, scope)),
  }),
};

function loaded(kind: Kind, scope: Scope): readonly Scenario[] {
  return some(LOADS[kind], scope).map((perSecond) => scenario(kind, perSecond));
}

function scenario(kind: Kind, greedyPerSecond: number): Scenario {
  const polite = POLITE.perSecond[kind];
  const total = GREEDY.reduce((sum, { share }) => sum + share, 0);
  const greedy = GREEDY.map(({ name, share }) => ({ name, share: (greedyPerSecond * share) / total }));
  const clients = [{ name: POLITE.name, share: polite }, ...greedy];
  const load = { perSecond: polite + greedyPerSecond, mix: mixes.captions, clients };
  return { kind, devices: 1, load, ...SPANS[kind], seed: 1 };
}

function panels(kind: Kind, results: Results, scope: Scope): readonly Panel[] {
  const points = results.points(loaded(kind, scope));
  const [alone] = results.points([scenario(kind, 0)]);
  const aloneP95 = alone!.summary.clients[POLITE.name]!.times!.p95;
  const colours: readonly Colour[] = ["orange", "red", "green"];
  const x = { ...loadAxis, label: "requests/s of the greedy" };
  return [
    {
      title: `${kindTitles[kind]}: device time of the backlogged`,
      x,
      y: { label: "", kind: "linear", from: 0, to: 1, format: count },
      series: [overLoad(points, { name: "Jain's index", colour: "blue", stroke: "dashed" }, jainOfBacklogged)],
    },
    {
      title: `${kindTitles[kind]}: p95 of the polite, to alone`,
      x,
      y: { label: "", kind: "linear", from: 0, format: times },
      series: [overLoad(points, { name: "polite", colour: "blue" }, (summary) => politeP95(summary) / aloneP95)],
      marks: [{ along: "y", at: 2, label: "at most", colour: "green" }],
    },
    {
      title: `${kindTitles[kind]}: refused`,
      x,
      y: { label: "", kind: "linear", from: 0, to: 1, format: percent },
      series: [
        overLoad(points, { name: "polite", colour: "blue" }, refusedOf(POLITE.name)),
        ...GREEDY.map(({ name }, i) => overLoad(points, { name, colour: colours[i]! }, refusedOf(name))),
      ],
    },
  ];
}

function politeP95({ clients }: Summary): number {
  return clients[POLITE.name]!.times?.p95 ?? NaN;
}

function refusedOf(name: string): (summary: Summary) => number {
  return ({ clients }) => clients[name]!.refused;
}

/** Of those who would have more if they could: who got less than they asked for. */
function jainOfBacklogged({ clients }: Summary): number | undefined {
  return jain(
    Object.values(clients)
      .filter(({ unserved }) => unserved > 0.05)
      .map(({ devices }) => devices),
  );
}
