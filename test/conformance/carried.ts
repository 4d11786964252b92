import type { Generations, Inference } from "../../inference/index.ts";

/** Inference as it is carried to workers, by one of the ways that there are. */
export interface Carried {
  readonly inference: Inference;
  readonly generations: Generations;
  /** As another server sees the same chats, where there may be another; else the same. */
  readonly elsewhere: Generations;
  /** Ends every worker at once, by SIGKILL; they are started again. */
  killWorkers(): Promise<void>;
  close(): Promise<void>;
}

export const models = ["demo-llava", "demo-blip-caption"] as const;
