/** What the scheduler of a device is doing, for people and for what watches it. */
export interface SchedulerView {
  readonly devices: readonly DeviceView[];
}

export interface DeviceView extends WorkerView {
  readonly restarts: WorkerRestarts;
}

/** How often another worker was started, since the server was. */
export interface WorkerRestarts {
  /** Because the one before had died. */
  readonly deaths: number;
  /** To give a model's memory back. */
  readonly replacements: number;
}

/** A device as its worker tells of it. What is counted begins at zero with each worker. */
export interface WorkerView {
  readonly id: string;
  readonly kind: string;
  /** "starting", "ready", "silent", "restarting" or "stopped". */
  readonly state: string;
  /** None while there is no worker to tell. */
  readonly models: readonly ModelLoadView[];
  readonly caches: readonly CacheView[];
}

/** What encoders gave; pictures as they were decoded; and the same as networks take them. */
export type CacheName = "features" | "pictures" | "pixels";

export interface CacheView extends CacheCounts {
  readonly name: CacheName;
}

export interface CacheCounts {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly hits: number;
  /** How often what was asked for was being made for another, and was waited for. */
  readonly shared: number;
  /** How often it had to be made. */
  readonly misses: number;
}

/** An encoder's pass; a decoder's, for the next tokens of all that run, for a part of a long prompt, or for both. */
export type PassKind = "encode" | "step" | "chunk" | "mixed";

export interface ModelLoadView {
  readonly model: string;
  readonly queued: number;
  readonly running: number;
  /** Mean items of an encoder pass, over the process's life. */
  readonly meanEncodeBatch: number;
  /** Mean sequences of a decoder pass. */
  readonly meanDecodeBatch: number;
  readonly encodedImages: number;
  readonly decodedTokens: number;
  /** Sequences that requests began, and requests that were given another's: they asked for the same at the same time. */
  readonly generations: number;
  readonly sharedGenerations: number;
  /** Rows of keys and values that are kept of earlier turns. */
  readonly keptRows: number;
  /** Rows with which sequences began, and of them those that were kept and so were not computed again. */
  readonly promptRows: number;
  readonly reusedRows: number;
  /** Each network by name. */
  readonly networks: Readonly<Record<string, NetworkView>>;
  readonly passes: readonly PassView[];
}

export interface NetworkView {
  readonly passes: number;
  readonly meanBatch: number;
  /** How long its passes take by their size, where that is learned: an encoder's, of which sizes differed. */
  readonly fit: { readonly msPerItem: number; readonly msPerPass: number } | undefined;
}

/** One kind of pass of one network. */
export interface PassView {
  readonly network: string;
  readonly kind: PassKind;
  /** Items or sequences of a pass. */
  readonly sizes: HistogramView;
  readonly ms: HistogramView;
}

/** How many values were above the bound before and at most each bound, and last how many were above all. */
export interface HistogramView {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
}
