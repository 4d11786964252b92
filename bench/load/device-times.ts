import type { Target } from "../level.ts";

/** Where the time of one network's passes stands among a device's. */
interface NetworkTime {
  readonly model: string;
  readonly network: string;
  readonly seconds: number;
  readonly passes: number;
}

/** What a device's passes took, by model and network, as its metrics tell. */
export class DeviceTimes {
  readonly #networks: readonly NetworkTime[];

  constructor(networks: readonly NetworkTime[]) {
    this.#networks = networks;
  }

  /** What was done between an earlier reading and this one. */
  since(before: DeviceTimes): DeviceTimes {
    const earlier = ({ model, network }: NetworkTime): NetworkTime | undefined =>
      before.#networks.find((other) => other.model === model && other.network === network);
    return new DeviceTimes(
      this.#networks.map((now) => {
        const { seconds = 0, passes = 0 } = earlier(now) ?? {};
        return { ...now, seconds: now.seconds - seconds, passes: now.passes - passes };
      }),
    );
  }

  /** Of all passes' time, the part that was for a model. */
  shareOf(model: string): number {
    const all = sum(this.#networks, ({ seconds }) => seconds);
    return sum(this.#of(model), ({ seconds }) => seconds) / all;
  }

  passes(model: string, network: string): number {
    return sum(this.#of(model, network), ({ passes }) => passes);
  }

  /** What a pass of a network takes in the mean. */
  meanMs(model: string, network: string): number {
    const seconds = sum(this.#of(model, network), (time) => time.seconds);
    return (1000 * seconds) / this.passes(model, network);
  }

  #of(model: string, network?: string): readonly NetworkTime[] {
    return this.#networks.filter((time) => time.model === model && (network ?? time.network) === time.network);
  }
}

/** Asks a server that was started with --metrics-port. */
export async function deviceTimes({ metricsUrl }: Target): Promise<DeviceTimes> {
  if (metricsUrl === undefined) throw new Error("The server has no metrics.");
  const response = await fetch(metricsUrl);
  return parseDeviceTimes(await response.text());
}

/** Of Prometheus' text format. */
export function parseDeviceTimes(exposition: string): DeviceTimes {
  const values = (suffix: string): ReadonlyMap<string, number> => {
    const lines = exposition.matchAll(new RegExp(`^triptych_pass_seconds_${suffix}\\{(.*)\\} (\\S+)$`, "gm"));
    return new Map([...lines].map(([, labels, value]) => [labels!, Number(value)]));
  };
  const passes = values("count");
  return new DeviceTimes(
    [...values("sum")].map(([labels, seconds]) => {
      const label = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
      return { model: label("model"), network: label("network"), seconds, passes: passes.get(labels) ?? 0 };
    }),
  );
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
