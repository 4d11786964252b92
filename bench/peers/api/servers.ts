import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Graph } from "../../graphql.ts";
import { frugalHeap, root, serverArguments, ServerProcess } from "../../server-process.ts";

/** A server that answers without inference. */
export interface ApiContender {
  readonly name: string;
  readonly graph: Graph;
  /** Of the process that answers. */
  readonly pid: number;
}

const READY_MS = 60_000;
const GRACE_MS = 5_000;

/** Ours, as npm start runs it and without what keeps its heap small, over a worker that costs nothing; and the plain one. */
export async function withServers<T>(
  signal: AbortSignal,
  use: (contenders: readonly ApiContender[]) => Promise<T>,
): Promise<T> {
  const data = await mkdtemp(join(tmpdir(), "triptych-bench-data-"));
  const servers = start(data);
  try {
    const contenders: ApiContender[] = [];
    for (const [name, server] of servers) {
      const url = await server.ready(READY_MS, signal);
      contenders.push({ name, graph: { url, signal }, pid: server.child.pid! });
    }
    return await use(contenders);
  } finally {
    for (const [, server] of servers) {
      await server.end(GRACE_MS);
      server.kill();
    }
    await rm(data, { recursive: true, force: true });
  }
}

function start(data: string): readonly (readonly [name: string, server: ServerProcess])[] {
  const frugal = triptychArguments(join(data, "frugal"));
  const usual = triptychArguments(join(data, "usual")).filter(
    (argument) => !frugalHeap.some((flag) => flag === argument),
  );
  const plain = ["--import", "tsx", join(root, "bench/peers/api/plain-yoga.ts")];
  const server = (args: readonly string[], readyPath: string): ServerProcess =>
    new ServerProcess({ command: process.execPath, args, env: process.env, channel: "none", readyPath });
  return [
    ["Triptych", server(frugal, "/ready")],
    ["Triptych with V8's usual heap", server(usual, "/ready")],
    ["plain graphql-yoga", server(plain, "/health")],
  ];
}

function triptychArguments(data: string): string[] {
  const worker = new URL("./with-constant-worker.js", import.meta.url).href;
  const models = ["demo-blip-caption", "demo-llava"].join(",");
  return ["--import", worker, ...serverArguments, "--models", models, "--port", "0", "--data", data];
}
