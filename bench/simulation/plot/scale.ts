/** A direction of a plot. */
export interface Axis {
  readonly label: string;
  readonly kind: "log" | "linear";
  /** @default as far as there are points */
  readonly from?: number;
  readonly to?: number;
  /** How a tick is written. */
  readonly format: (value: number) => string;
}

/** Places of values on an axis, from 0 to 1, and where ticks stand. */
export interface Scale {
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

export function scaleOf(axis: Axis, values: readonly number[]): Scale {
  return axis.kind === "log" ? logScale(axis, values) : linearScale(axis, values);
}

/** From power to power of ten; where there are few, from 1, 2 or 5 of one. */
function logScale({ from, to }: Axis, values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0);
  const low = roundDown(from ?? Math.min(...positive));
  const high = roundUp(to ?? Math.max(...positive));
  const width = Math.log10(high / low);
  const within = (tick: number): boolean => tick >= low * 0.999 && tick <= high * 1.001;
  const leads = width <= 1.5 ? [1, 2, 5] : [1];
  const ticks = powersOfTen(low, high).flatMap((power) => leads.map((lead) => lead * power));
  return { place: (value) => Math.log10(Math.max(value, low / 10) / low) / width, ticks: ticks.filter(within) };
}

function linearScale({ from, to }: Axis, values: readonly number[]): Scale {
  const low = from ?? Math.min(0, ...values);
  const reach = to ?? Math.max(...values) * 1.05;
  const step = roundUp((reach - low) / 5);
  const high = to ?? low + step * Math.ceil((reach - low) / step - 1e-9);
  const count = Math.floor((high - low) / step + 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, i) => low + i * step);
  return { place: (value) => (value - low) / (high - low), ticks };
}

function powersOfTen(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

const LEADS = [1, 2, 5, 10];

function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return LEADS.findLast((lead) => lead * power <= value * 1.0001)! * power;
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return LEADS.find((lead) => lead * power >= value * 0.9999)! * power;
}
