import { count, milliseconds, percent } from "../plot/formats.ts";
import type { Colour, Panel } from "../plot/panel.ts";
import type { Scenario } from "../simulate.ts";
import { loadAxis, overLoad } from "./curves.ts";
import type { Experiment, Results } from "./experiment.ts";
import { clients, mixes, type Scope, some } from "./scenarios.ts";

const FLEETS: readonly { readonly devices: number; readonly colour: Colour; readonly most: number }[] = [
  { devices: 1, colour: "grey", most: 1780 },
  { devices: 4, colour: "green", most: 5620 },
  { devices: 16, colour: "orange", most: 31_600 },
  { devices: 64, colour: "blue", most: 100_000 },
];
const LOADS = [10, 31.6, 100, 316, 562, 1000, 1780, 3160, 5620, 10_000, 17_800, 31_600, 56_200, 100_000];
/** Far more than a device can do, so that all it can do is seen. */
const OVERLOAD_PER_DEVICE = 1000;
const SPAN = { warmUpMs: 3000, windowMs: 2000 };

/** From one H100 to 64 behind one router. */
export const scaling: Experiment = {
  name: "scaling",
  scenarios: (scope) => [...FLEETS.flatMap((fleet) => loaded(fleet, scope)), ...overloaded(scope)],
  figure: (results, scope) => ({
    title: "1 to 64 H100 behind one router, 10 to 100,000 requests/s",
    notes: [
      "58 % captions, 40 % indexing, 2 % chats. Shortened: a window of 2 s after 3 s, so that few chats come to their end.",
      "Right: what each device of a fleet answers when 1000 requests/s come for it, to what one does by itself.",
    ],
    columns: 3,
    panels: panels(results, scope),
  }),
};

function loaded({ devices, most }: (typeof FLEETS)[number], scope: Scope): readonly Scenario[] {
  // What cannot be told from no load at all is left out.
  const loads = LOADS.filter((load) => load <= most && load >= 10 * Math.sqrt(devices) - 10);
  return some(loads, scope).map((perSecond) => fleet(perSecond, devices));
}

function overloaded(scope: Scope): readonly Scenario[] {
  const sizes = scope === "full" ? [1, 2, 4, 8, 16, 32, 64] : [1, 4];
  return sizes.map((devices) => fleet(OVERLOAD_PER_DEVICE * devices, devices));
}

function fleet(perSecond: number, devices: number): Scenario {
  return { kind: "h100", devices, load: { perSecond, mix: mixes.mixed, clients }, ...SPAN, seed: 1 };
}

function panels(results: Results, scope: Scope): readonly Panel[] {
  const fleets = FLEETS.map((one) => ({
    look: { name: one.devices === 1 ? "1 device" : `${one.devices} devices`, colour: one.colour },
    points: results.points(loaded(one, scope)),
  }));
  const alone = results.points(overloaded(scope))[0]!.summary.perSecond.answered;
  const efficiency = results.points(overloaded(scope)).map(({ scenario: { devices }, summary }) => {
    return [devices, summary.perSecond.answered / devices / alone] as const;
  });
  return [
    {
      title: "good answers/s",
      x: loadAxis,
      y: { label: "", kind: "log", format: count },
      series: fleets.map(({ points, look }) => overLoad(points, look, ({ perSecond }) => perSecond.good || undefined)),
    },
    {
      title: "a caption, p95",
      x: loadAxis,
      y: { label: "", kind: "log", format: milliseconds },
      series: fleets.map(({ points, look }) => overLoad(points, look, ({ times }) => times.caption?.p95)),
    },
    {
      title: "answers of a device, to one alone",
      x: { label: "devices", kind: "log", format: count },
      y: { label: "", kind: "linear", from: 0, to: 1.2, format: percent },
      series: [{ name: "of a fleet", colour: "red", stroke: "solid", points: efficiency }],
    },
  ];
}
