import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DeviceChoice,
  type InferenceClient,
  type InferenceOptions,
  type ServedModel,
  startInference,
} from "../../inference/index.ts";

export const golden = join(import.meta.dirname, "../golden");

/** Tiny random-weight checkpoints of the three classes, by the name they are served under. */
export const tinyModels = ["captioning-base", "vqa-base", "retrieval-base"].map((name) => ({
  name,
  folder: join(golden, "blip", name),
}));

/** A real worker process over tiny checkpoints. */
export function startTinyInference(
  options: Partial<Omit<InferenceOptions, "worker">> & {
    readonly models?: readonly ServedModel[];
    readonly weightCache?: string;
    readonly device?: DeviceChoice;
    readonly passTimeoutMs?: number;
  } = {},
): InferenceClient {
  const { models = tinyModels, device = "cpu", passTimeoutMs = 120_000, ...others } = options;
  const { weightCache = join(tmpdir(), "triptych-test-weights"), ...rest } = others;
  return startInference({
    maxRequests: 256,
    maxRequestBytes: 64 * 2 ** 20,
    timeoutMs: 30_000,
    log: () => undefined,
    ...rest,
    worker: {
      models,
      device,
      threads: 1,
      maxSequences: 16,
      maxEncoderBatch: 8,
      kvCacheBytes: 64 * 2 ** 20,
      featureCacheBytes: 16 * 2 ** 20,
      pixelCacheBytes: 16 * 2 ** 20,
      weightCache,
      passTimeoutMs,
    },
  });
}
