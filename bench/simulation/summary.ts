import { quantile } from "../statistics.ts";
import { type Kind, kinds } from "./load.ts";
import type { Held } from "./held-memory.ts";
import type { Outcome } from "./simulate.ts";

/** Milliseconds that a share of what was seen did not exceed. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What figures are drawn from: plain data, rates by the second. */
export interface Summary {
  readonly perSecond: Readonly<Record<"arrived" | "refused" | "answered" | "good", number>>;
  readonly times: Readonly<Partial<Record<Kind, Percentiles>>>;
  readonly firstToken: Percentiles | undefined;
  readonly gap: Percentiles | undefined;
  /** Of the devices' time. */
  readonly busy: number;
  /** Answers a second, were every pass full and none in vain. */
  readonly capacity: number;
  readonly held: Held;
  readonly clients: Readonly<Record<string, ClientSummary>>;
}

export interface ClientSummary {
  /** Devices that it had, on the mean. */
  readonly devices: number;
  /** Of its requests, those that were refused, and all that got no answer in the window. */
  readonly refused: number;
  readonly unserved: number;
  readonly times: Percentiles | undefined;
}

export function summaryOf({ scenario: { windowMs, devices }, meter }: Outcome): Summary {
  const perSecond = (count: number): number => (1000 * count) / windowMs;
  const { arrived, refused, answered } = meter.seen;
  return {
    perSecond: {
      ...{ arrived: perSecond(arrived), refused: perSecond(refused) },
      ...{ answered: perSecond(answered), good: perSecond(meter.good) },
    },
    times: Object.fromEntries(kinds.map((kind) => [kind, percentiles(meter.times[kind])])),
    firstToken: percentiles(meter.firstTokens),
    gap: percentiles(meter.gaps),
    busy: meter.busyMs / (windowMs * devices),
    capacity: (1000 * devices * answered) / meter.leastMs,
    held: meter.most,
    clients: Object.fromEntries(
      [...meter.byClient].map(([name, own]) => [
        name,
        {
          devices: own.serviceMs / windowMs,
          refused: own.refused / own.arrived,
          unserved: 1 - own.times.length / own.arrived,
          times: percentiles(own.times),
        },
      ]),
    ),
  };
}

/** Undefined where too few were seen to say. */
function percentiles(values: readonly number[]): Percentiles | undefined {
  if (values.length < 20) return undefined;
  return { p50: quantile(values, 0.5), p95: quantile(values, 0.95), p99: quantile(values, 0.99) };
}
