import type { MemoryBudget } from "./residency/memory-budget.ts";
import type { Claimant } from "./scheduling/claim.ts";
import type { SchedulerView } from "./scheduler-view.ts";
import type { ModelInfo } from "./model-info.ts";
import type { ChatProgress, ResultOf } from "./result.ts";
import type { PlannedTask, Task } from "./task.ts";
import type { WorkerConfig } from "./worker/protocol.ts";

export interface InferenceOptions {
  readonly worker: Omit<WorkerConfig, "residents">;
  /** For the models; without it, all are loaded and stay. */
  readonly memory?: MemoryBudget;
  /** Requests in flight beyond which a new one is refused with OVERLOADED. */
  readonly maxRequests: number;
  /** Bytes of pictures that requests in flight may hold together; beyond, likewise. */
  readonly maxRequestBytes: number;
  /** For requests that name no time-out of their own. */
  readonly timeoutMs: number;
  readonly log: (message: string) => void;
}

export interface SubmitOptions extends Claimant {
  /** Aborting frees the request's place at once; the promise rejects with CANCELLED. */
  readonly signal?: AbortSignal;
  /** Milliseconds from now after which the request fails with DEADLINE_EXCEEDED. */
  readonly timeoutMs?: number;
  /** For a chat: told in order, nothing twice, whatever becomes of the worker. */
  readonly onProgress?: (progress: ChatProgress) => void;
  /** Of a chat that others than who asks may follow, where many machines serve: what it is known by on all of them. */
  readonly generation?: GenerationIdentity;
}

export interface GenerationIdentity {
  readonly id: string;
  /** Equal for equal requests. */
  readonly fingerprint: string;
  readonly model: ModelInfo;
  /** Called once all of them know it. */
  readonly onKnown: () => void;
}

/** The inference side as its callers see it. Every failure is an InferenceError. */
export interface Inference {
  submit<T extends Task>(task: T, options?: SubmitOptions): Promise<ResultOf<T>>;
  /**
   * Milliseconds that such a request takes of the device at the most, by what the model's took so far; until it has
   * answered one of the kind, a guess by its size.
   */
  expectedMs(task: PlannedTask): number;
  /** The served models, in the order in which they were named at start. */
  models(): readonly ModelInfo[];
  /** Resolves once every served model is loaded or has failed. */
  ready(): Promise<void>;
  scheduler(): Promise<SchedulerView>;
  close(): Promise<void>;
}
