import { count, milliseconds, percent } from "../plot/formats.ts";
import type { Colour, Panel } from "../plot/panel.ts";
import type { Scenario } from "../simulate.ts";
import { capacityOf, capacityScenarios } from "./capacity.ts";
import { loadAxis, overLoad } from "./curves.ts";
import type { Experiment, Results } from "./experiment.ts";
import { clients, mixes, type Scope, some } from "./scenarios.ts";

const FLEETS: readonly { readonly devices: number; readonly colour: Colour }[] = [
  { devices: 1, colour: "grey" },
  { devices: 4, colour: "green" },
  { devices: 16, colour: "orange" },
  { devices: 64, colour: "blue" },
];
const LOADS = [10, 31.6, 100, 316, 1000, 3160, 10_000, 31_600];
/** Three times what a device can do: 100,000 requests/s for 64. */
const MOST_PER_DEVICE = 1562.5;
const SPAN = { warmUpMs: 3000, windowMs: 2000 };

/** From one H100 to 64 behind one router. */
export const scaling: Experiment = {
  name: "scaling",
  scenarios: (scope) => [
    ...capacityScenarios("h100"),
    ...FLEETS.flatMap((fleet) => loaded(fleet, scope)),
    ...(scope === "full" ? overloaded() : []),
  ],
  figure: (results, scope) => ({
    title: "1 to 64 H100 behind one router, 10 to 100,000 requests/s",
    notes: [
      "58 % captions, 40 % indexing, 2 % chats. Shortened: a window of 2 s after 3 s, so that few chats come to their end.",
      "Vertical: capacities. Right: what each device of a fleet answers when three times as much is asked, to one by itself.",
    ],
    columns: 3,
    panels: panels(results, scope),
  }),
};

function loaded({ devices }: (typeof FLEETS)[number], scope: Scope): readonly Scenario[] {
  const most = MOST_PER_DEVICE * devices;
  // What can't be told from no load at all is left out.
  const loads = LOADS.filter((load) => load < 0.7 * most && load > devices);
  return some([...loads, most], scope).map((perSecond) => fleet(perSecond, devices));
}

/** All fleets, asked for far more than they can do. */
function overloaded(): readonly Scenario[] {
  return FLEETS.map(({ devices }) => fleet(MOST_PER_DEVICE * devices, devices));
}

function fleet(perSecond: number, devices: number): Scenario {
  return { kind: "h100", devices, load: { perSecond, mix: mixes.mixed, clients }, ...SPAN, seed: 1 };
}

function panels(results: Results, scope: Scope): readonly Panel[] {
  const fleets = FLEETS.map((one) => ({
    look: { name: one.devices === 1 ? "1 device" : `${one.devices} devices`, colour: one.colour },
    capacity: one.devices * capacityOf("h100", "mixed", results),
    points: results.points(loaded(one, scope)),
  }));
  const marks = fleets.map(
    ({ capacity, look }) => ({ along: "x", at: capacity, label: "", colour: look.colour }) as const,
  );
  const good = fleets.map(({ points, look }) => overLoad(points, look, ({ perSecond }) => perSecond.good || undefined));
  const captions = fleets.map(({ points, look }) => overLoad(points, look, ({ times }) => times.caption?.p95));
  return [
    { title: "good answers/s", x: loadAxis, y: { label: "", kind: "log", format: count }, series: good, marks },
    {
      title: "a caption, p95",
      x: loadAxis,
      y: { label: "", kind: "log", format: milliseconds },
      series: captions,
      marks,
    },
    ...(scope === "full" ? [ofOneAlone(results)] : []),
  ];
}

/** What fleets answer at the most, for each of their devices. */
function ofOneAlone(results: Results): Panel {
  const answered = results.points(overloaded()).map(({ scenario: { devices }, summary: { perSecond } }) => {
    return [devices, perSecond.answered / devices] as const;
  });
  const alone = answered[0]![1];
  const points = answered.map(([devices, each]) => [devices, each / alone] as const);
  return {
    title: "answers of each device, to one alone",
    x: { label: "devices", kind: "log", format: count },
    y: { label: "", kind: "linear", from: 0, to: 1.2, format: percent },
    series: [{ name: "of a fleet", colour: "red", stroke: "solid", points }],
  };
}
