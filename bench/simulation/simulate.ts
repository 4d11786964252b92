import { deviceKinds, type KindName } from "./device-kinds.ts";
import { Fleet } from "./fleet.ts";
import { arrivals, type Load } from "./load.ts";
import type { Meter } from "./meter.ts";

/** What is simulated, as plain data. */
export interface Scenario {
  readonly kind: KindName;
  readonly devices: number;
  readonly load: Load;
  /** What is cut off of the beginning, and how long is looked at after it. */
  readonly warmUpMs: number;
  readonly windowMs: number;
  readonly seed: number;
}

/** What a simulation came to. */
export interface Outcome {
  readonly scenario: Scenario;
  readonly meter: Meter;
  /** When the clock stopped. */
  readonly inFlight: number;
  readonly idleWithWork: number;
}

/** Serves a load on a fleet for a while; the same scenario comes to the same outcome. */
export function simulate(scenario: Scenario): Outcome {
  const { load, warmUpMs, windowMs, seed } = scenario;
  const window = { fromMs: warmUpMs, untilMs: warmUpMs + windowMs };
  const fleet = new Fleet({ ...scenario, kind: deviceKinds[scenario.kind], window });
  for (const arrival of arrivals(load, seed)) {
    if (arrival.atMs >= window.untilMs) break;
    fleet.until(arrival.atMs);
    fleet.arrive(arrival);
  }
  fleet.until(window.untilMs);
  return { scenario, meter: fleet.meter, inFlight: fleet.inFlight, idleWithWork: fleet.idleWithWork };
}
