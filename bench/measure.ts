import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { query, type Graph } from "./graphql.ts";
import { measureLevel, type Level, type Target } from "./level.ts";
import { makePictures } from "./pictures.ts";
import { serverArguments, ServerProcess } from "./server-process.ts";
import type { ServedSubject, Subject } from "./subject.ts";

/** Concurrent requests. */
const LEVELS = [1, 4, 16] as const;

/** Everything that one run learns of a checkpoint. */
export interface Measurement {
  readonly title: string;
  readonly model: MeasuredModel;
  /** Pictures that the server had never seen. */
  readonly fresh: readonly Level[];
  /** Pictures whose features it had. */
  readonly again: readonly Level[];
  /** Latencies of a query that needs no inference, one after another. */
  readonly plainMs: readonly number[];
}

export interface MeasuredModel {
  readonly parameters: number;
  readonly dtype: string;
  readonly device: string;
  readonly digest: string;
}

export interface MeasureOptions {
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

/** A model of seven billion parameters that is quantised first takes minutes. */
const READY_MS = 1_200_000;
const GRACE_MS = 10_000;
const PLAIN_QUERIES = 300;

/** Serves the checkpoint as npm start does, and measures it from outside. Nothing of it is left afterwards. */
export function measure(subject: Subject, options: MeasureOptions): Promise<Measurement> {
  return serving(subject, options, (target) => measureServer(subject, target, options));
}

/** Serves a checkpoint while it is measured. */
export async function serving<T>(
  subject: ServedSubject,
  { signal, progress }: MeasureOptions,
  measureTarget: (target: Target) => Promise<T>,
): Promise<T> {
  const data = await mkdtemp(join(tmpdir(), "triptych-bench-data-"));
  const server = startServer(subject, data);
  try {
    progress(`${subject.title}: loading`);
    const url = await server.ready(READY_MS, signal);
    const metricsUrl = /http:\S+\/metrics/.exec(server.output)?.[0];
    return await measureTarget({ graph: { url, signal }, api: server.child, metricsUrl });
  } finally {
    await server.end(GRACE_MS);
    server.kill();
    await rm(data, { recursive: true, force: true });
  }
}

function startServer(subject: ServedSubject, data: string): ServerProcess {
  const { folder, flags: own = [], imports = [], env = {} } = subject;
  const probe = new URL("./event-loop-probe.js", import.meta.url).href;
  const flags = ["--models", folder, "--port", "0", "--data", data, "--timeout", "300000", ...own];
  const preloaded = [probe, ...imports].flatMap((module) => ["--import", module]);
  const args = [...preloaded, ...serverArguments, ...flags];
  return new ServerProcess({ command: process.execPath, args, env: { ...process.env, ...env }, channel: "ipc" });
}

async function measureServer(subject: Subject, target: Target, options: MeasureOptions): Promise<Measurement> {
  const { captions, title } = subject;
  await warmUp(target);
  const levels = { fresh: new Array<Level>(), again: new Array<Level>() };
  for (const clients of LEVELS) {
    const count = Math.max(captions.atLeast, captions.perClient * clients);
    const pictures = await makePictures(1000 * clients, count);
    options.progress(`${title}: ${clients} at a time, ${count} new pictures`);
    levels.fresh.push(await measureLevel(target, clients, pictures));
    const known = pictures.slice(-captions.atLeast);
    options.progress(`${title}: ${clients} at a time, ${known.length} of them again`);
    levels.again.push(await measureLevel(target, clients, known));
  }
  return { title, model: await readModel(target.graph), ...levels, plainMs: await plainLatencies(target.graph) };
}

/** The first passes allocate, and the scheduler learns what batches cost. */
async function warmUp(target: Target): Promise<void> {
  const pictures = await makePictures(1, 6);
  await measureLevel(target, 1, pictures.slice(0, 2));
  await measureLevel(target, 4, pictures.slice(2));
}

async function readModel(graph: Graph): Promise<MeasuredModel> {
  const document = "{ models { parameters dtype device digest } }";
  const { models } = await query<{ models: readonly MeasuredModel[] }>(graph, document);
  if (models[0]) return models[0];
  throw new Error("The server names no model.");
}

async function plainLatencies(graph: Graph): Promise<number[]> {
  const latencies: number[] = [];
  for (let i = 0; i < PLAIN_QUERIES; i++) {
    const start = performance.now();
    await query(graph, "{ models { id } }");
    latencies.push(performance.now() - start);
  }
  return latencies;
}
