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
