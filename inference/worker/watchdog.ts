import type { DeviceChoice } from "../onnx/target.ts";
import type { Activity, CurrentWork, Work } from "./activity.ts";

export interface WatchdogOptions {
  readonly activity: Pick<Activity, "current">;
  /** How long work may take, in milliseconds. */
  readonly limits: Readonly<Record<Work["kind"], number>>;
  /** Between two checks. */
  readonly everyMs: number;
  /** Told of work once it has taken a quarter of its time. */
  readonly onSlow: (message: string) => void;
  /** Told of work that has taken all of it. */
  readonly onHung: (message: string) => void;
}

const USUAL_PASS_TIMEOUT_MS = 120_000;
/** What is not a pass may read a whole model from a slow disk, and a GPU compiles its shaders within the first ones. */
const PATIENCE = 5;
const SLOW_PART = 1 / 4;
const CHECKS = 20;
const MAX_EVERY_MS = 1_000;

/** Limits, and how often to check them, where a pass on the CPU may take so long. */
export function watchTimes(
  device: DeviceChoice,
  passTimeoutMs = USUAL_PASS_TIMEOUT_MS,
): Pick<WatchdogOptions, "limits" | "everyMs"> {
  const patient = PATIENCE * passTimeoutMs;
  const limits = { pass: device === "cpu" ? passTimeoutMs : patient, step: patient };
  return { limits, everyMs: Math.min(MAX_EVERY_MS, passTimeoutMs / CHECKS) };
}

/**
 * Notices that the compute thread has been at the same work for too long. Time is counted in checks: where the whole
 * process was stopped, or hardly gets a processor, the work did not go on either.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  #watched: CurrentWork | undefined;
  #numChecks = 0;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  check(): void {
    const { activity, limits, everyMs, onSlow, onHung } = this.#options;
    const current = activity.current;
    this.#numChecks = current !== undefined && current.number === this.#watched?.number ? this.#numChecks + 1 : 0;
    this.#watched = current;
    if (current === undefined) return;
    const checksOf = (ms: number): number => Math.ceil(ms / everyMs);
    const limit = limits[current.kind];
    if (this.#numChecks === checksOf(limit * SLOW_PART))
      onSlow(`has been running for ${seconds(limit * SLOW_PART)}: ${current.what}`);
    if (this.#numChecks === checksOf(limit)) onHung(`hung for ${seconds(limit)}: ${current.what}`);
  }
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
