import { statfsSync } from "node:fs";
import { hubConfig } from "../../hub/index.ts";
import { sharedMemory, type SharedMemory } from "../../inference/index.ts";
import type { Config } from "../config.ts";
import type { FittedModels } from "../dtypes.ts";
import { roomForModels } from "../memory.ts";
import { memoryLimits, numThreads } from "../worker-config.ts";
import { findCandidates } from "./candidates.ts";
import type { Finding } from "./finding.ts";
import { hubFinding } from "./hub.ts";
import { firstThere, folderFinding, memoryFinding, nodeFinding } from "./machine.ts";
import { cudaFinding, picturesFinding, runtimeFinding, storeFinding, webGpuFinding } from "./parts.ts";
import { processorFinding } from "./processor.ts";
import { judge, judgeTogether, type Room, type Verdict } from "./verdict.ts";

/** Looks at the machine, thing by thing; what loads native code is tried in processes of their own. */
export async function* examineMachine(config: Config, env: NodeJS.ProcessEnv): AsyncGenerator<Finding> {
  const hub = hubConfig(env);
  const options = { threads: numThreads() };
  yield nodeFinding();
  yield processorFinding();
  yield memoryFinding();
  yield folderFinding("checkpoints", hub.cache, { setting: "HF_HOME" });
  yield folderFinding("weights", config.weightCache, { setting: "--weight-cache" });
  yield folderFinding("gallery", config.dataDirectory, { setting: "--data" });
  // What is measured is tried alone.
  yield await runtimeFinding(options);
  yield* await Promise.all([picturesFinding(options), storeFinding(options), hubFinding(hub, env)]);
  yield await webGpuFinding(options, config);
  yield await cudaFinding(options, config);
}

export interface ExaminedModels {
  readonly verdicts: readonly Verdict[];
  readonly room: Room;
  /** All of those that were asked about; undefined where all were that are known. */
  readonly together: FittedModels | undefined;
  /** What a worker takes beside. */
  readonly shared: SharedMemory;
}

/** Judges the models that are named, or the bundled ones and the catalogue's, each as if it were served alone. */
export async function examineModels(
  names: readonly string[],
  config: Config,
  env: NodeJS.ProcessEnv,
): Promise<ExaminedModels> {
  const hub = hubConfig(env);
  const limits = memoryLimits(config);
  const room = {
    memory: roomForModels(config, limits),
    cacheDisk: freeBytes(hub.cache),
    weightDisk: freeBytes(config.weightCache),
  };
  const candidates = await findCandidates(names, { dtype: config.dtype, hub, limits });
  return {
    verdicts: candidates.map((candidate) => judge(candidate, room)),
    room,
    together: names.length > 0 ? judgeTogether(candidates, room) : undefined,
    shared: sharedMemory(limits),
  };
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(firstThere(folder));
  return bavail * bsize;
}
