import { join } from "node:path";
import type { Galleries } from "../gallery/galleries.ts";
import { HubError } from "../hub/index.ts";
import type { Inference } from "../inference/index.ts";
import { createFetchPicture, publicOnly } from "../resolvers/fetch-picture.ts";
import { requireGuard } from "./access/access-config.ts";
import type { Access } from "./access/access.ts";
import { startAccess } from "./access/start-access.ts";
import { LOCAL_TENANT } from "./access/tenant.ts";
import { parseConfig, type Config } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { readExamplePictures } from "./example-pictures.ts";
import { createExplorer, type Explorer } from "./explorer.ts";
import { greetingOf } from "./greeting.ts";
import { isLoopback } from "./hosts.ts";
import { helpText } from "./flags.ts";
import { createLog, type Log } from "./log.ts";
import { startMetricsServer, type MetricsServer } from "./metrics-server.ts";
import { newMetrics } from "./new-metrics.ts";
import { ObservedInference } from "./observed-inference.ts";
import { openLocalGallery, openTenantGalleries, type OpenGalleriesOptions } from "./open-galleries.ts";
import { projectRoot } from "./project-root.ts";
import { readiness } from "./readiness.ts";
import { createServer, type TriptychServer } from "./server.ts";
import { type Serving, startServing } from "./serving.ts";
import { onSignals } from "./signals.ts";
import type { Traces } from "./traces.ts";
import { readWebPage } from "./web-page.ts";

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
  requireGuard(config.host, config.access);
  const log = createLog(config.log);
  const tell = (message: string): void => log.info(message);
  const quota = { deviceMsPerMinute: config.maxClientMsPerMinute };
  const access = await startAccess(config.access, { quota, maxChats: config.maxChats, report: tell });
  const serving = await startServing(config, log);
  const { generations, budgets, modelNames } = serving;
  const metrics = config.metrics && { metrics: await newMetrics(), address: config.metrics };
  const inference = metrics ? new ObservedInference(serving.inference, metrics.metrics) : serving.inference;
  const traces = config.traces === undefined ? undefined : await newTraces(config.traces, log);
  const openings = { folder: config.dataDirectory, shared: config.sharedGallery, inference, report: tell };
  const galleries = await openGalleries(openings, access);
  const webPage = config.page ? await readWebPage(pageFolder) : undefined;
  const explorer = config.explorer ? await newExplorer({ galleries, inference, access }) : undefined;
  const server = createServer({
    ...{ inference, generations },
    galleries,
    access,
    budgets,
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
  const guard = config.metrics !== undefined && isLoopback(config.metrics.host) ? undefined : access;
  const metricsServer = metrics && (await startMetricsServer({ ...metrics, inference, log, access: guard }));
  onSignals(config.drainMs, (graceMs) =>
    stop({ server, metricsServer, access, galleries, serving, traces, log }, graceMs),
  );
  const [url, metricsUrl] = [await server.listen(), metricsServer?.url];
  console.log(greetingOf({ url, page: webPage !== undefined, explorer: explorer !== undefined, metricsUrl }));
  await inference.ready();
  announceModels(inference, modelNames);
}

/** Loaded only where they are wanted: OpenTelemetry takes 3 MB, and a quarter of a second. */
async function newTraces(url: string, log: Log): Promise<Traces> {
  const { startTraces } = await import("./tracing/start-traces.ts");
  return startTraces({ url, log });
}

/** Only where everybody is one tenant are there pictures to begin with. */
function openGalleries(options: Omit<OpenGalleriesOptions, "examples">, access: Access): Promise<Galleries> {
  if (access.sessions === undefined) return openLocalGallery({ ...options, examples: examplesFolder });
  return openTenantGalleries(options);
}

/** Its examples are about these. */
async function newExplorer({ galleries, inference, access }: ExplorerMaking): Promise<Explorer> {
  const examples = access.sessions === undefined ? await readExamplePictures(examplesFolder) : [];
  const entry = access.sessions === undefined ? "open" : "by key";
  return createExplorer({ gallery: galleries.of(LOCAL_TENANT), inference, entry }, examples);
}

interface ExplorerMaking {
  readonly galleries: Galleries;
  readonly inference: Inference;
  readonly access: Access;
}

interface Running {
  readonly server: TriptychServer;
  readonly metricsServer: MetricsServer | undefined;
  readonly access: Access;
  readonly galleries: Galleries;
  readonly serving: Serving;
  readonly traces: Traces | undefined;
  readonly log: Log;
}

/** For spans that are not sent yet: a collector that is away keeps nobody. */
const lastSpansMs = 1_000;

async function stop(
  { server, metricsServer, access, galleries, serving, traces, log }: Running,
  graceMs: number,
): Promise<void> {
  log.info(`Stopping: what runs has ${graceMs / 1000} s to end.`);
  await server.close(graceMs);
  await metricsServer?.close();
  access.close();
  await galleries.close();
  await serving.close();
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
