import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type AskedDtype, type Inference, startInference, type WorkerConfig } from "../../inference/index.ts";
import { maxRequestBytes, maxRequests, workerConfig } from "../../src/worker-config.ts";

/** How a model is served while it is measured; without a dtype, in the one that the device usually takes. */
export interface Serving {
  readonly device: WorkerConfig["device"];
  readonly dtype?: AskedDtype;
}

/** What is compared: on both devices, in every dtype that each knows. */
export const servings: readonly Serving[] = [
  { device: "cpu", dtype: "float32" },
  { device: "cpu", dtype: "int4" },
  { device: "webgpu", dtype: "float32" },
  { device: "webgpu", dtype: "float16" },
  { device: "webgpu", dtype: "int8" },
  { device: "webgpu", dtype: "int4" },
];

const TIMEOUT_MS = 300_000;
/** For 32 chats of half a billion parameters, and as many that are kept. */
const KV_CACHE_BYTES = 6 * 2 ** 30;

export function nameOf({ device, dtype }: Serving): string {
  return dtype === undefined ? device : `${device}, ${dtype}`;
}

/** A worker serves these checkpoints, under their folders' names, while `use` asks it. Throws where one cannot be served. */
export async function served<T>(
  folders: readonly string[],
  { device, dtype }: Serving,
  use: (inference: Inference) => Promise<T>,
): Promise<T> {
  const weightCache = await mkdtemp(join(tmpdir(), "triptych-gpu-weights-"));
  const models = folders.map((folder) => ({ name: basename(folder), folder, ...(dtype && { dtype }) }));
  const worker = workerConfig(models, { device, kvCacheBytes: KV_CACHE_BYTES, weightCache });
  const log = (message: string): void => console.error(`${nameOf({ device, ...(dtype && { dtype }) })}: ${message}`);
  const inference = startInference({ worker, maxRequests, maxRequestBytes, timeoutMs: TIMEOUT_MS, log });
  try {
    await inference.ready();
    const failed = inference.models().find(({ state }) => state === "FAILED");
    if (failed !== undefined) throw new Error(`${failed.name}: ${failed.failure}`);
    return await use(inference);
  } finally {
    await inference.close();
    await rm(weightCache, { recursive: true, force: true });
  }
}
