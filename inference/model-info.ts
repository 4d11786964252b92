export type ModelFamily = "BLIP" | "BLIP2" | "LLAVA";
export type TaskName = "CAPTION" | "VQA" | "MATCH" | "EMBED" | "CHAT";
export type ModelState = "UNLOADED" | "LOADING" | "READY" | "FAILED";

/** A served model, as the API shows it. */
export interface ModelInfo {
  /** Unique among the served models; the folder's name. */
  readonly name: string;
  readonly family: ModelFamily;
  readonly tasks: readonly TaskName[];
  readonly state: ModelState;
  /** Whether it is LOADING because somebody asks for it, who waits as long. */
  readonly isOnDemand?: boolean;
  readonly device: string;
  readonly dtype: string;
  readonly parameters: number;
  /** SHA-256 over the weights' and the configuration's bytes, hexadecimal. */
  readonly digest: string;
  /** Names the image preprocessing: embeddings made with another one are never compared. */
  readonly preprocessing: string;
  /** What it takes while it is served; absent where nobody has counted. */
  readonly memory?: ModelMemory | undefined;
  readonly licence: string | undefined;
  /** Why a FAILED model could not be loaded: its file, the tensor or key, what is and what should be. */
  readonly failure?: string | undefined;
}

/** What a model takes of memory, bytes: `activations` is what its passes hold beside the rest. */
export interface ModelMemory {
  readonly weights: number;
  readonly keysValues: number;
  readonly activations: number;
  readonly areActivationsMeasured?: boolean;
}
