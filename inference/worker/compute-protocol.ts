import type { Device, DeviceChoice, FloatType } from "../onnx/target.ts";
import type { PlainError, ServedModel } from "./protocol.ts";
import type { Claimant } from "../scheduling/claim.ts";
import type { Program, ProgramOutcome } from "../scheduling/program.ts";
import type { Started, Usage } from "../scheduling/request.ts";
import type { CacheView, ModelLoadView } from "../scheduler-view.ts";
import type { IndexSearchResult, IndexApplyResult } from "../result.ts";
import type { IndexApplyTask, IndexSearchTask } from "../task.ts";

/** What the worker's main thread and its compute thread say to each other. */

export interface ComputeConfig {
  readonly device: DeviceChoice;
  readonly threads: number;
  readonly maxSequences: number;
  readonly maxEncoderBatch: number;
  readonly kvCacheBytes: number;
  readonly enoughRows?: number | undefined;
  readonly featureCacheBytes: number;
  readonly weightCache: string;
  readonly weightCacheBytes?: number | undefined;
}

/** What the compute thread is started with. */
export interface ComputeStart {
  readonly config: ComputeConfig;
  /** Of the Activity that both threads see. */
  readonly activity: SharedArrayBuffer;
}

export type ToCompute =
  /** Answered by `loaded`, once it is there or cannot be. */
  | { readonly type: "load"; readonly model: ServedModel }
  /** Of a loaded model; answered by `measured` where the system tells. */
  | { readonly type: "warmUp"; readonly model: string }
  | {
      readonly type: "submit";
      readonly id: string;
      readonly program: Program;
      readonly deadline: number;
      readonly streams: boolean;
      readonly answeredSince: number | undefined;
      readonly claimant: Claimant;
    }
  | { readonly type: "cancel"; readonly id: string }
  /** The sequence's text came to its end: finish with the tokens so far. */
  | { readonly type: "end"; readonly id: string }
  | { readonly type: "index"; readonly id: string; readonly task: IndexApplyTask | IndexSearchTask }
  | { readonly type: "view"; readonly id: string };

/** How loading a model went: in a float type, or not for an error. */
export type Loaded = { readonly type: "loaded"; readonly model: string } & (
  { readonly dtype: FloatType } | { readonly error: string }
);

/** What the scheduler does, and what its cache of features holds. */
export interface ComputeView {
  readonly models: readonly ModelLoadView[];
  readonly features: CacheView;
}

export type FromCompute =
  /** Where models run, and what is to be said about it. */
  | { readonly type: "device"; readonly device: Device; readonly notes: readonly string[] }
  | Loaded
  /** Bytes that a model's passes take beside its weights, keys and values. */
  | { readonly type: "measured"; readonly model: string; readonly activations: number }
  /** Its weights are about to be quantised, which may take minutes. */
  | { readonly type: "quantising"; readonly model: string }
  /** KV memory that nobody had given back, and that was taken back. */
  | { readonly type: "leak"; readonly model: string; readonly bytes: number }
  /** Memory ran out, and what can be computed again was given back. */
  | { readonly type: "shed" }
  | ({ readonly type: "started" } & Started)
  | { readonly type: "tokens"; readonly id: string; readonly tokenIds: readonly number[] }
  | { readonly type: "finished"; readonly id: string; readonly outcome: ProgramOutcome; readonly usage: Usage }
  | { readonly type: "index"; readonly id: string; readonly result: IndexSearchResult | IndexApplyResult }
  | ({ readonly type: "view"; readonly id: string } & ComputeView)
  | { readonly type: "failed"; readonly id: string; readonly error: PlainError };
