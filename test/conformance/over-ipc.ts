import { join } from "node:path";
import { LocalGenerations, startInference } from "../../inference/index.ts";
import { projectRoot } from "../../src/project-root.ts";
import { workerConfig } from "../../src/worker-config.ts";
import { type Carried, models } from "./carried.ts";
import { usual } from "./usual.ts";

/** One machine: a worker process that this one has started. */
export async function overIpc(): Promise<Carried> {
  const served = models.map((name) => ({ name, folder: join(projectRoot, "checkpoints", name) }));
  const inference = startInference({
    worker: workerConfig(served, usual.worker),
    ...{ maxRequests: 512, maxRequestBytes: 2 ** 28, timeoutMs: usual.timeoutMs, log: () => undefined },
  });
  await inference.ready();
  const generations = new LocalGenerations({
    ...{ inference, graceMs: usual.graceMs, retentionMs: usual.retentionMs, timeoutMs: usual.chatTimeoutMs },
    ...{ maxRunning: usual.maxChats, maxKept: 1_000, maxKeptCharacters: 2 ** 20, report: usual.report },
  });
  return {
    ...{ inference, generations, elsewhere: generations },
    killWorkers: () => {
      process.kill(inference.workerPid!, "SIGKILL");
      return Promise.resolve();
    },
    close: () => inference.close(),
  };
}
