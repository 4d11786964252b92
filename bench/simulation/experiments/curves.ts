import { count } from "../plot/formats.ts";
import type { Colour, Series, Stroke } from "../plot/panel.ts";
import type { Axis } from "../plot/scale.ts";
import type { Percentiles, Summary } from "../summary.ts";
import type { Point } from "./scenarios.ts";

export const loadAxis: Axis = { label: "requests/s", kind: "log", format: count };

/** A curve of something over the load. */
export function overLoad(
  points: readonly Point[],
  look: { readonly name: string; readonly colour: Colour; readonly stroke?: Stroke },
  value: (summary: Summary) => number | undefined,
): Series {
  const { name, colour, stroke = "solid" } = look;
  const places = points.map(({ scenario, summary }) => [scenario.load.perSecond, value(summary)] as const);
  return { name, colour, stroke, points: places };
}

/** A curve for each of three percentiles. */
export function percentileCurves(
  points: readonly Point[],
  value: (summary: Summary) => Percentiles | undefined,
): readonly Series[] {
  return [
    overLoad(points, { name: "p50", colour: "blue" }, (summary) => value(summary)?.p50),
    overLoad(points, { name: "p95", colour: "orange" }, (summary) => value(summary)?.p95),
    overLoad(points, { name: "p99", colour: "red" }, (summary) => value(summary)?.p99),
  ];
}
