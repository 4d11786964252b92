import { type Axis, type Scale, scaleOf } from "./scale.ts";
import { element, path, text } from "./svg.ts";

/** One of the colours that the figure's style knows. */
export type Colour = "blue" | "orange" | "green" | "red" | "grey";

export type Stroke = "solid" | "dashed" | "dotted";

/** A curve; where there is no value, it is broken. */
export interface Series {
  readonly name: string;
  readonly colour: Colour;
  readonly stroke: Stroke;
  readonly points: readonly (readonly [number, number | undefined])[];
}

/** A line across the panel at a value, with a word to it. */
export interface Mark {
  readonly along: "x" | "y";
  readonly at: number;
  readonly label: string;
  readonly colour: Colour;
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly marks?: readonly Mark[];
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Frame extends Size {
  readonly x: Scale;
  readonly y: Scale;
}

const MARGIN = { left: 58, right: 14, top: 26, bottom: 44 };

/** Draws a panel with its axes, in a place of this size whose corner is 0, 0. */
export function drawPanel(panel: Panel, size: Size): string {
  const frame = frameOf(panel, size);
  const { width, height } = frame;
  return element(
    "g",
    { transform: `translate(${MARGIN.left} ${MARGIN.top})` },
    text(panel.title, { x: 0, y: -10, class: "title" }),
    ...drawX(panel.x, frame),
    ...drawY(panel.y, frame),
    element("rect", { x: 0, y: 0, width, height, class: "frame" }),
    ...(panel.marks ?? []).map((mark) => drawMark(mark, frame)),
    ...panel.series.map((series) => drawSeries(series, frame)),
  );
}

function frameOf({ x, y, series, marks = [] }: Panel, size: Size): Frame {
  const points = series.flatMap((one) => one.points);
  const marked = (along: Mark["along"]): number[] => marks.filter((mark) => mark.along === along).map(({ at }) => at);
  const ys = points.map(([, value]) => value).filter((value) => value !== undefined);
  // Room above a mark for its word.
  const markedYs = marked("y").map((at) => (y.kind === "log" ? 1.6 * at : at));
  return {
    width: size.width - MARGIN.left - MARGIN.right,
    height: size.height - MARGIN.top - MARGIN.bottom,
    x: scaleOf(x, [...points.map(([value]) => value), ...marked("x")]),
    y: scaleOf(y, [...ys, ...markedYs]),
  };
}

function drawX({ label, format }: Axis, { x, width, height }: Frame): string[] {
  const ticks = x.ticks.flatMap((tick) => {
    const at = x.place(tick) * width;
    return [
      element("line", { x1: at, x2: at, y1: 0, y2: height, class: "grid" }),
      text(format(tick), { x: at, y: height + 15, class: "tick", "text-anchor": "middle" }),
    ];
  });
  return [...ticks, text(label, { x: width / 2, y: height + 34, class: "label", "text-anchor": "middle" })];
}

function drawY({ label, format }: Axis, { y, width, height }: Frame): string[] {
  const ticks = y.ticks.flatMap((tick) => {
    const at = (1 - y.place(tick)) * height;
    return [
      element("line", { x1: 0, x2: width, y1: at, y2: at, class: "grid" }),
      text(format(tick), { x: -6, y: at + 3.5, class: "tick", "text-anchor": "end" }),
    ];
  });
  if (label === "") return ticks;
  const turned = { transform: `translate(${-46} ${height / 2}) rotate(-90)`, "text-anchor": "middle" };
  return [...ticks, text(label, { ...turned, class: "label" })];
}

function drawSeries({ colour, stroke, points }: Series, { x, y, width, height }: Frame): string {
  const placed = points.map(([at, value]) => {
    const place = value === undefined ? undefined : y.place(value);
    // Beyond the axis there is no saying how far.
    if (place === undefined || place > 1 || place < 0) return undefined;
    return [x.place(at) * width, (1 - place) * height] as const;
  });
  const dots = placed.filter((point) => point !== undefined).map(([cx, cy]) => element("circle", { cx, cy, r: 2.2 }));
  return element("g", { class: `${colour} ${stroke}` }, path(placed, { class: "curve" }), ...dots);
}

function drawMark({ along, at, label, colour }: Mark, { x, y, width, height }: Frame): string {
  if (along === "y") {
    const place = (1 - y.place(at)) * height;
    const line = element("line", { x1: 0, x2: width, y1: place, y2: place, class: "mark" });
    return element("g", { class: colour }, line, text(label, { x: 5, y: place - 4, class: "note" }));
  }
  const place = x.place(at) * width;
  const line = element("line", { x1: place, x2: place, y1: 0, y2: height, class: "mark" });
  const turned = { transform: `translate(${Math.round(place) - 4} 6) rotate(-90)`, "text-anchor": "end" };
  return element("g", { class: colour }, line, text(label, { ...turned, class: "note" }));
}
