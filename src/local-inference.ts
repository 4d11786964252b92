import { join } from "node:path";
import { type InferenceClient, type InferenceOptions, type ServedModel, startInference } from "../inference/index.ts";
import { findCheckpoints } from "./checkpoints.ts";
import type { Config } from "./config.ts";
import { fetchRepository } from "./fetch-repository.ts";
import { planMemory } from "./memory.ts";
import { projectRoot } from "./project-root.ts";
import { maxRequestBytes, maxRequests, memoryLimits, workerConfig } from "./worker-config.ts";

/** Inference on this machine. */
export interface LocalInference {
  readonly inference: InferenceClient;
  /** In the order of serving. */
  readonly modelNames: readonly string[];
}

/** Finds the checkpoints that are asked for, plans their memory, and starts their worker. */
export async function startLocalInference(config: Config, tell: (message: string) => void): Promise<LocalInference> {
  const chosen = await findCheckpoints(config.models, {
    bundledFolder: join(projectRoot, "checkpoints"),
    dtype: config.dtype,
    fetchRepository,
  });
  const { models, budget, messages } = planMemory(chosen, config, memoryLimits(config));
  messages.forEach(tell);
  const inference = start(models, config, { memory: budget, log: tell });
  return { inference, modelNames: models.map(({ name }) => name) };
}

/** Inference without a model: it reads pictures, and makes smaller ones. */
export function startPictureReading(config: Config, tell: (message: string) => void): LocalInference {
  return { inference: start([], config, { log: tell }), modelNames: [] };
}

function start(
  models: readonly ServedModel[],
  config: Config,
  options: Pick<InferenceOptions, "memory" | "log">,
): InferenceClient {
  const worker = workerConfig(models, config);
  return startInference({ ...options, worker, maxRequests, maxRequestBytes, timeoutMs: config.requestTimeoutMs });
}
