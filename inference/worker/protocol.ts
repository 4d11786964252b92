import type { AskedDtype } from "../checkpoint/served-dtype.ts";
import type { ErrorCode } from "../errors.ts";
import type { DeviceChoice } from "../onnx/target.ts";
import type { Claimant } from "../scheduling/claim.ts";
import type { WorkerView } from "../scheduler-view.ts";
import type { ModelInfo } from "../model-info.ts";
import type { ChatProgress, ResultOf } from "../result.ts";
import type { Task } from "../task.ts";

/** What the API process and the inference worker say to each other. Plain data, so any transport can carry it. */

/** The first message to a worker; sent once. */
export interface WorkerConfig {
  /** What may come to be served, in the order of serving. */
  readonly models: readonly ServedModel[];
  /** Names of the models that are loaded at once; others when it is told. */
  readonly residents: readonly string[];
  /** Asked for; where models run in the end, they say. */
  readonly device: DeviceChoice;
  /** Threads within an operator. */
  readonly threads: number;
  readonly maxSequences: number;
  readonly maxEncoderBatch: number;
  /** Bytes of KV cache for each decoder. */
  readonly kvCacheBytes: number;
  /** See MemoryLimits. */
  readonly enoughRows?: number | undefined;
  readonly featureCacheBytes: number;
  readonly pixelCacheBytes: number;
  /** The folder where quantised weights are kept. */
  readonly weightCache: string;
  /** See QuantisedCache.cacheBytes. */
  readonly weightCacheBytes?: number | undefined;
  /** How long a pass may take on the CPU before it counts as hung, in milliseconds; two minutes without it. */
  readonly passTimeoutMs?: number | undefined;
}

export interface ServedModel {
  readonly name: string;
  readonly folder: string;
  /** How its matrices are kept; float32 without it. */
  readonly dtype?: AskedDtype;
}

export type ToWorker =
  | { readonly type: "start"; readonly config: WorkerConfig }
  | { readonly type: "load"; readonly model: string }
  | {
      readonly type: "submit";
      readonly id: number;
      readonly task: Task;
      readonly timeoutMs: number;
      readonly claimant: Claimant;
    }
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "view"; readonly id: number }
  | { readonly type: "stop" };

export type FromWorker =
  /** Sent whenever a model's state changes; `loaded` once all that are loaded at once are ready or have failed. */
  | { readonly type: "models"; readonly models: readonly ModelInfo[]; readonly loaded: boolean }
  /** Bytes that a model's passes take beside its weights, keys and values. */
  | { readonly type: "measured"; readonly model: string; readonly activations: number }
  | { readonly type: "progress"; readonly id: number; readonly step: ChatStep }
  | { readonly type: "result"; readonly id: number; readonly result: ResultOf<Task> }
  | { readonly type: "view"; readonly id: number; readonly view: WorkerView }
  | { readonly type: "failed"; readonly id: number; readonly error: PlainError }
  | { readonly type: "log"; readonly message: string }
  /** Its compute thread does not come back: the worker is of no use any more. */
  | { readonly type: "hung"; readonly reason: string }
  | { readonly type: "heartbeat" };

/** Of these, what is not about the worker's own life. */
export type WorkerMessage = Exclude<FromWorker, { type: "heartbeat" | "hung" }>;

/** A chat's progress. New tokens and the text that is certain with them come together, so that they are settled together. */
export type ChatStep =
  | Extract<ChatProgress, { readonly type: "started" }>
  | { readonly type: "tokens"; readonly tokenIds: readonly number[]; readonly text: string };

/** An InferenceError as data. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
}
