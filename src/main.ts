import { join } from "node:path";
import type { Gallery } from "../gallery/gallery.ts";
import { HubError } from "../hub/index.ts";
import { startInference, type Inference } from "../inference/index.ts";
import { createFetchPicture, publicOnly } from "../resolvers/fetch-picture.ts";
import { findCheckpoints } from "./checkpoints.ts";
import { helpText, parseConfig, type Config } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { fetchRepository } from "./fetch-repository.ts";
import { readExamplePictures } from "./example-pictures.ts";
import { createExplorer, type Explorer } from "./explorer.ts";
import { greetingOf } from "./greeting.ts";
import { createLog, type Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { startMetricsServer, type MetricsServer } from "./metrics-server.ts";
import { ObservedInference } from "./observed-inference.ts";
import { openGallery } from "./open-gallery.ts";
import { planMemory } from "./memory.ts";
import { projectRoot } from "./project-root.ts";
import { readiness } from "./readiness.ts";
import { createServer, type TriptychServer } from "./server.ts";
import type { Traces } from "./traces.ts";
import { readWebPage } from "./web-page.ts";
import { memoryLimits, workerConfig, maxRequestBytes, maxRequests } from "./worker-config.ts";

const examplesFolder = join(projectRoot, "examples");
/** Built by src/build.js. */
const pageFolder = join(projectRoot, "build/web");

/** npm start: reads how to run, serves until it is told to stop. */
async function main(): Promise<void> {
  const config = parseConfig(process.argv.slice(2), process.env);
  if (config === "help") console.log(helpText());
  else await serve(config);
}

async function serve(config: Config): Promise<void> {
  const log = createLog(config.log);
  const tell = (message: string): void => log.info(message);
  const chosen = await findCheckpoints(config.models, {
    bundledFolder: join(projectRoot, "checkpoints"),
    dtype: config.dtype,
    fetchRepository,
  });
  const { models, budget, messages } = planMemory(chosen, config, memoryLimits(config));
  messages.forEach(tell);
  const client = startInference({
    worker: workerConfig(models, config),
    memory: budget,
    maxRequests,
    maxRequestBytes,
    timeoutMs: config.requestTimeoutMs,
    log: tell,
  });
  const metrics = config.metrics && { metrics: await newMetrics(), address: config.metrics };
  const inference = metrics ? new ObservedInference(client, metrics.metrics) : client;
  const traces = config.traces === undefined ? undefined : await newTraces(config.traces, log);
  const modelNames = models.map(({ name }) => name);
  const gallery = await openGallery(config, inference, tell);
  const webPage = config.page ? await readWebPage(pageFolder) : undefined;
  const explorer = config.explorer ? await newExplorer(gallery, inference) : undefined;
  const server = createServer({
    inference,
    gallery,
    fetchPicture: createFetchPicture({ ...publicOnly, maxBytes: config.maxImageBytes }),
    config,
    log,
    modelNames,
    traces,
    webPage,
    explorer,
    onOperation: metrics && ((operation) => metrics.metrics.finished(operation)),
    onRefusal: metrics && ((refused) => metrics.metrics.refused(refused)),
  });
  const metricsServer = metrics && (await startMetricsServer({ ...metrics, inference, log }));
  stopOnSignals({ server, metricsServer, gallery, inference, traces, drainMs: config.drainMs, log });
  const [url, metricsUrl] = [await server.listen(), metricsServer?.url];
  console.log(greetingOf({ url, page: webPage !== undefined, explorer: explorer !== undefined, metricsUrl }));
  gallery.start({ examples: examplesFolder });
  await inference.ready();
  announceModels(inference, modelNames);
}

/** Loaded only where they are wanted: the library takes 12 MB. */
async function newMetrics(): Promise<Metrics> {
  const { Metrics } = await import("./metrics.ts");
  return new Metrics();
}

/** Likewise: OpenTelemetry takes 3 MB, and a quarter of a second. */
async function newTraces(url: string, log: Log): Promise<Traces> {
  const { startTraces } = await import("./tracing/start-traces.ts");
  return startTraces({ url, log });
}

async function newExplorer(gallery: Gallery, inference: Inference): Promise<Explorer> {
  return createExplorer({ gallery, inference }, await readExamplePictures(examplesFolder));
}

interface Running {
  readonly server: TriptychServer;
  readonly metricsServer: MetricsServer | undefined;
  readonly gallery: Gallery;
  readonly inference: Inference;
  readonly traces: Traces | undefined;
  readonly drainMs: number;
  readonly log: Log;
}

/** Whoever presses Ctrl-C waits for it. */
const interruptedMs = 5_000;
/** For spans that are not sent yet: a collector that is away keeps nobody. */
const lastSpansMs = 1_000;
/** npm passes Ctrl-C on to a process that the terminal has told already: within so long it is one signal. */
const oneSignalMs = 1_000;

/** The first signal ends what runs in peace, a second one later at once. */
function stopOnSignals(running: Running): void {
  let stoppingSince: number | undefined;
  const onSignal = (signal: "SIGINT" | "SIGTERM"): void => {
    const now = performance.now();
    if (stoppingSince !== undefined) {
      if (now - stoppingSince > oneSignalMs) process.exit(1);
      return;
    }
    stoppingSince = now;
    stop(running, signal === "SIGINT" ? interruptedMs : running.drainMs).then(() => process.exit(0), failed);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => onSignal(signal));
}

async function stop(
  { server, metricsServer, gallery, inference, traces, log }: Running,
  graceMs: number,
): Promise<void> {
  log.info(`Stopping: what runs has ${graceMs / 1000} s to end.`);
  await server.close(graceMs);
  await metricsServer?.close();
  await gallery.close();
  await inference.close();
  await traces?.close(lastSpansMs);
}

function announceModels(inference: Inference, names: readonly string[]): void {
  for (const { name, family, tasks, state, parameters } of inference.models()) {
    const size = `${(parameters / 1e6).toFixed(1)} M`;
    console.log(`  ${name.padEnd(24)} ${family.padEnd(6)} ${size.padStart(9)}  ${state.padEnd(8)} ${tasks.join(", ")}`);
  }
  console.log(readiness(inference, names).ready ? "  Ready.\n" : "  Not all are ready.\n");
}

function failed(error: unknown): void {
  const isExplained = error instanceof ConfigError || error instanceof HubError;
  console.error(isExplained ? error.message : error);
  process.exit(isExplained ? 2 : 1);
}

await main().catch(failed);
