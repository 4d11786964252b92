import type { Inference } from "../inference/index.ts";
import type { Config } from "./config.ts";
import { startLocalInference, startPictureReading } from "./local-inference.ts";

/** What a worker of many answers with. */
export interface WorkerInference {
  readonly inference: Inference;
  readonly modelNames: readonly string[];
}

/** This machine's models, and those of a server of another make; without models of its own, it still reads pictures. */
export async function startWorkerInference(config: Config, tell: (message: string) => void): Promise<WorkerInference> {
  const { openai, models } = config;
  if (openai === undefined) return startLocalInference(config, tell);
  const local = models.length === 0 ? startPictureReading(config, tell) : await startLocalInference(config, tell);
  const { openOpenAi } = await import("../engines/openai/openai-inference.ts");
  const { JoinedInference } = await import("../engines/joined-inference.ts");
  const other = openOpenAi({ ...openai, key: process.env.TRIPTYCH_OPENAI_KEY, log: tell });
  return {
    inference: new JoinedInference([local.inference, other]),
    modelNames: [...local.modelNames, openai.name],
  };
}
