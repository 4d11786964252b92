import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { makePictures } from "../pictures.ts";
import type { GroupMemory } from "../process-memory.ts";
import { query, type Graph } from "../graphql.ts";
import { serverArguments, ServerProcess } from "../server-process.ts";
import { askEverything, type Asked, type AskedModel } from "./asking.ts";
import { GeneratedHub } from "./hub.ts";
import { PeakMemory } from "./peak.ts";
import { runCommand } from "./command.ts";
import { officialRepository } from "./repository.ts";

/** A checkpoint of the catalogue that is to be tried at its published size. */
export interface Official {
  readonly name: string;
  /** How it is served; "auto" by memory. */
  readonly dtype: string;
  /** Of each tower; as published unless it is given. */
  readonly layers: number | undefined;
}

/** What a checkpoint of the published size showed. */
export interface OfficialRun extends Official {
  readonly bytes: number;
  readonly pullSeconds: number;
  /** In the type in which it was served. */
  readonly served: ServedFacts;
  /** Seconds until it answers: at the first start, which quantises where the type asks for it, and at the next. */
  readonly firstStart: { readonly seconds: number; readonly memory: GroupMemory | undefined };
  readonly nextStart: { readonly seconds: number };
  readonly asked: readonly Asked[];
  /** While it was asked. */
  readonly memory: GroupMemory | undefined;
}

interface ServedFacts extends AskedModel {
  readonly parameters: number;
  readonly dtype: string;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
  /** Where everything goes; it must hold the checkpoint, and what is made of it. */
  readonly folder: string;
}

/** The largest take minutes to read, and more to quantise. */
const READY_MS = 3_600_000;
const GRACE_MS = 30_000;

/** A checkpoint that was pulled. */
export interface Pulled {
  /** HF_HOME. */
  readonly home: string;
  /** The checkpoint's folder in it. */
  readonly snapshot: string;
  readonly bytes: number;
  readonly pullSeconds: number;
}

/** Pulls a checkpoint from a stand-in for the hub; once it is used, all of it is removed. */
export async function withPulled<T>(
  official: Official,
  options: RunOptions,
  use: (pulled: Pulled) => Promise<T>,
): Promise<T> {
  await mkdir(options.folder, { recursive: true });
  const home = await mkdtemp(join(options.folder, "official-"));
  try {
    return await use(await pullOfficial(official, home, options));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Pulls a checkpoint, serves it twice, and asks it everything. */
export function runOfficial(official: Official, options: RunOptions): Promise<OfficialRun> {
  return withPulled(official, options, async ({ home, bytes, pullSeconds }) => {
    const first = await serve(official, home, options, (started) => Promise.resolve(started));
    const next = await serve(official, home, options, async ({ seconds, graph, peak }) => {
      const served = await readServed(graph);
      const asked = await askEverything(graph, served, await pictures());
      return { seconds, served, asked, memory: peak.get() };
    });
    const { served, asked, memory } = next;
    const firstStart = { seconds: first.seconds, memory: first.memory };
    return { ...official, bytes, pullSeconds, served, firstStart, nextStart: { seconds: next.seconds }, asked, memory };
  });
}

async function pictures() {
  const [first, second] = await makePictures(7, 2);
  return [first!, second!] as const;
}

async function pullOfficial({ name, layers }: Official, home: string, options: RunOptions): Promise<Pulled> {
  const { signal, progress } = options;
  progress(`${name}: checksums`);
  const repository = officialRepository(name, layers);
  await using hub = await GeneratedHub.start([repository]);
  progress(`${name}: pulling`);
  const start = performance.now();
  const args = ["--import", "tsx", "src/cli/models.ts", "pull", name];
  const snapshot = await runCommand(process.execPath, args, { env: environment(home, hub.url), signal });
  const pullSeconds = (performance.now() - start) / 1000;
  const bytes = Object.values(repository.files).reduce((sum, file) => sum + file.bytes, 0);
  return { home, snapshot: snapshot.trim().split("\n").at(-1)!, pullSeconds, bytes };
}

/** Afterwards the hub is gone: what is served is what was pulled. */
function environment(home: string, endpoint = "http://127.0.0.1:9"): NodeJS.ProcessEnv {
  return { ...process.env, HF_HOME: home, HF_ENDPOINT: endpoint, XDG_CACHE_HOME: join(home, "cache") };
}

interface Started {
  readonly seconds: number;
  readonly server: ServerProcess;
  readonly graph: Graph;
  readonly peak: PeakMemory;
  readonly memory: GroupMemory | undefined;
}

async function serve<T>(
  { name, dtype }: Official,
  home: string,
  { signal, progress }: RunOptions,
  use: (started: Started) => Promise<T>,
): Promise<T> {
  progress(`${name}: serving in ${dtype}`);
  const flags = ["--models", `${name}:${dtype}`, "--port", "0", "--data", join(home, "data"), "--timeout", "3600000"];
  const args = [...serverArguments, ...flags, "--chat-timeout", "3600000"];
  const start = performance.now();
  const server = new ServerProcess({ command: process.execPath, args, env: environment(home), channel: "none" });
  using peak = new PeakMemory(server.child.pid!);
  try {
    const url = await server.ready(READY_MS, signal);
    const seconds = (performance.now() - start) / 1000;
    return await use({ seconds, server, graph: { url, signal }, peak, memory: peak.get() });
  } finally {
    await server.end(GRACE_MS);
    server.kill();
  }
}

async function readServed(graph: Graph): Promise<ServedFacts> {
  const document = "{ models { family tasks parameters dtype } }";
  const { models } = await query<{ models: readonly ServedFacts[] }>(graph, document);
  if (models[0]) return models[0];
  throw new Error("The server names no model.");
}
