import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { HubError } from "../hub/index.ts";
import { reportTo } from "./chats.ts";
import { openRedis } from "./cluster-node.ts";
import { type Config, parseConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { helpText } from "./flags.ts";
import { createLog } from "./log.ts";
import { newMetrics } from "./new-metrics.ts";
import { startMetricsServer } from "./metrics-server.ts";
import { ObservedInference } from "./observed-inference.ts";
import { readiness, type Readiness } from "./readiness.ts";
import { onSignals } from "./signals.ts";
import { startWorkerInference } from "./worker-inference.ts";

/** npm run worker: answers what servers with the same --redis are asked, until it is told to stop. */
async function main(): Promise<void> {
  const config = parseConfig(process.argv.slice(2), process.env);
  if (config === "help") console.log(helpText("npm run worker"));
  else await work(config);
}

async function work(config: Config): Promise<void> {
  if (config.redis === undefined) throw new ConfigError("A worker needs --redis: the URL of the servers' Redis.");
  const log = createLog(config.log);
  const tell = (message: string): void => log.info(message);
  const { connections, pictures } = await openRedis(config.redis, log);
  const { inference: computing, modelNames } = await startWorkerInference(config, tell);
  const metrics = config.metrics && { metrics: await newMetrics(), address: config.metrics };
  const inference = metrics ? new ObservedInference(computing, metrics.metrics) : computing;
  const { WorkerNode } = await import("../cluster/worker/worker-node.ts");
  const worker = new WorkerNode({
    id: `${hostname()} ${randomUUID()}`,
    ...{ inference, connections, blobs: pictures, slots: config.workerJobs },
    chatKeepMs: config.chatRetentionMs,
    log: tell,
    report: reportTo(log),
  });
  const state = (): Readiness => ({ ...readiness(inference, modelNames), ...(worker.isDraining && stopping) });
  const metricsServer = metrics && (await startMetricsServer({ ...metrics, inference, log, readiness: state }));
  onSignals(config.drainMs, async (graceMs) => {
    tell("Stopping: what runs is given to other workers, or may end.");
    await worker.drain(graceMs);
    await metricsServer?.close();
    await inference.close();
    connections.close();
  });
  if (metricsServer !== undefined) tell(`Metrics are at ${metricsServer.url}, and at /ready whether all models are.`);
  await inference.ready();
  tell(`Serving ${modelNames.join(", ")} to whoever asks over ${new URL(config.redis).host}.`);
}

const stopping = { ready: false, stopping: true } as const;

function failed(error: unknown): void {
  const isExplained = error instanceof ConfigError || error instanceof HubError;
  console.error(isExplained ? error.message : error);
  process.exit(isExplained ? 2 : 1);
}

await main().catch(failed);
