import type { ModelInfo, WorkerRestarts, WorkerView } from "../inference/index.ts";

/** What a worker tells of itself, again and again as long as it lives. */
export interface Member {
  readonly id: string;
  /** "draining": it gives back what it has, and takes nothing more. */
  readonly state: "serving" | "draining";
  readonly models: readonly ModelInfo[];
  /** Whether every model has been loaded or has failed. */
  readonly isLoaded: boolean;
  /** Jobs that it has, of so many that it takes of each model at once. */
  readonly jobs: number;
  readonly slots: number;
  readonly devices: readonly (WorkerView & { readonly restarts: WorkerRestarts })[];
}

/** Whether a model answers, or will when somebody asks. */
export function isServed({ state, tasks }: ModelInfo): boolean {
  return state !== "FAILED" && tasks.length > 0;
}

/** Whether a worker loads a model because it starts, for the first time or after a death, and not because somebody asks. */
export function isStarting({ state, isOnDemand }: ModelInfo): boolean {
  return state === "LOADING" && isOnDemand !== true;
}

/** Names of models whose computing process says nothing. */
export function silentOf(devices: Member["devices"]): ReadonlySet<string> {
  const silent = devices.filter(({ state }) => state === "silent");
  return new Set(silent.flatMap(({ models }) => models.map(({ model }) => model)));
}

/** How often what computes has died. */
export function numDeathsOf(devices: Member["devices"]): number {
  return devices.reduce((sum, { restarts }) => sum + restarts.deaths, 0);
}
