import { availableParallelism } from "node:os";
import type { InferenceOptions, MemoryLimits, ServedModel, WorkerConfig } from "../inference/index.ts";

const mebibyte = 2 ** 20;

/** How the worker serves these models on this machine. */
export function workerConfig(
  models: readonly ServedModel[],
  { device, weightCache, weightCacheBytes, passTimeoutMs, ...cache }: ServingChoices,
): InferenceOptions["worker"] {
  return {
    models,
    device,
    threads: numThreads(),
    maxEncoderBatch: 32,
    weightCache,
    weightCacheBytes,
    passTimeoutMs,
    ...memoryLimits(cache),
  };
}

type ServingChoices = Pick<WorkerConfig, "device" | "weightCache" | "weightCacheBytes" | "passTimeoutMs"> &
  KvCacheLimits;
type KvCacheLimits = Pick<MemoryLimits, "kvCacheBytes" | "enoughRows">;

/** How much the worker keeps at most. */
export function memoryLimits({ kvCacheBytes, enoughRows }: KvCacheLimits): MemoryLimits {
  return {
    maxSequences: 64,
    kvCacheBytes,
    enoughRows,
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
