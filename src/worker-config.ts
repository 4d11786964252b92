import { availableParallelism } from "node:os";
import type { InferenceOptions, MemoryLimits, ServedModel, WorkerConfig } from "../inference/index.ts";

const mebibyte = 2 ** 20;

/** How the worker serves these models on this machine. */
export function workerConfig(
  models: readonly ServedModel[],
  { device, kvCacheBytes, weightCache }: Pick<WorkerConfig, "device" | "kvCacheBytes" | "weightCache">,
): InferenceOptions["worker"] {
  return {
    models,
    device,
    threads: numThreads(),
    maxEncoderBatch: 32,
    weightCache,
    ...memoryLimits({ kvCacheBytes }),
  };
}

/** How much the worker keeps at most. */
export function memoryLimits({ kvCacheBytes }: Pick<MemoryLimits, "kvCacheBytes">): MemoryLimits {
  return {
    maxSequences: 64,
    kvCacheBytes,
    featureCacheBytes: 256 * mebibyte,
    pixelCacheBytes: 128 * mebibyte,
  };
}

/** Threads within an operator: beyond eight, BLIP's gain nothing. */
export function numThreads(): number {
  return Math.min(8, availableParallelism());
}

/** Requests in flight beyond which new ones are refused with OVERLOADED. */
export const maxRequests = 512;
/** Bytes of pictures in flight beyond which new ones are refused with OVERLOADED. */
export const maxRequestBytes = 512 * mebibyte;
