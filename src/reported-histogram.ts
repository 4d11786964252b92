import { Histogram, type HistogramConfiguration } from "prom-client";
import type { HistogramView } from "../inference/index.ts";

/** A histogram that was counted elsewhere. */
export interface ReportedSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly counted: HistogramView;
  /** What a unit of the bounds is in the metric's own: 0.001 where milliseconds become seconds. */
  readonly unit: number;
}

export interface ReportedHistogramOptions extends Omit<HistogramConfiguration<string>, "buckets" | "collect"> {
  /** Asked at each scrape. */
  readonly samples: () => readonly ReportedSample[];
}

/** Gives histograms out that the worker counts: prom-client's own can only be told values one by one. */
export class ReportedHistogram extends Histogram {
  readonly #options: ReportedHistogramOptions;

  constructor(options: ReportedHistogramOptions) {
    const { name, help, labelNames = [], registers = [] } = options;
    super({ name, help, labelNames, registers });
    this.#options = options;
  }

  /** Called by the registry in place of `get` to print a histogram: prom-client's typings leave it out. */
  getForPromString(): Promise<Printed> {
    const { name, help } = this.#options;
    return Promise.resolve({ name, help, type: "histogram", values: seriesOf(this.#options) });
  }
}

/** A metric as the registry prints it. */
interface Printed {
  readonly name: string;
  readonly help: string;
  readonly type: "histogram";
  readonly values: readonly Series[];
}

interface Series {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

function seriesOf({ name, samples }: ReportedHistogramOptions): readonly Series[] {
  return samples().flatMap((sample) => seriesOfOne(name, sample));
}

/** Buckets count all values up to their bounds. https://prometheus.io/docs/instrumenting/exposition_formats/ */
function seriesOfOne(name: string, { labels, counted, unit }: ReportedSample): Series[] {
  const { bounds, counts, sum } = counted;
  let total = 0;
  const buckets = counts.map((count, i) => {
    total += count;
    // Seconds of a decimal bound are to read like it.
    const le = bounds[i] === undefined ? "+Inf" : Number((bounds[i] * unit).toPrecision(12));
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum * unit },
    { metricName: `${name}_count`, labels, value: total },
  ];
}
