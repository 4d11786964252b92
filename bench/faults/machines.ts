import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { build } from "esbuild";
import { frugalHeap, root } from "../server-process.ts";
import { Network } from "./network.ts";
import { freePort, type RedisServer, startRedis } from "./redis-server.ts";

/** A pass of the bundled LLaVA takes a fiftieth of it, where nothing else runs. */
export const PASS_TIMEOUT_MS = 1_500;

export interface MachinesOptions {
  readonly workers: number;
  readonly nodes: number;
  readonly msPerToken: number;
  readonly slots: number;
  /** What workers answer with: a chain of hashes, in `msPerToken`, or the bundled LLaVA. */
  readonly model: "chained" | "demo-llava";
  /** The first worker is on another host, where there may be one. */
  readonly hosts: "one" | "two";
}

/** One of several processes that can be killed, stopped, and started again as it was. */
export interface Machine {
  readonly child: ChildProcess;
}

/** A Redis, workers over it, and servers that people ask: each a process of its own. */
export class Machines {
  readonly redis: RedisServer;
  readonly urls: readonly string[];
  readonly #folder: string;
  readonly #options: MachinesOptions;
  /** Between this host and the first worker's. */
  readonly network: Network | undefined;
  readonly #workers: ChildProcess[] = [];
  readonly #nodes: ChildProcess[] = [];

  private constructor(redis: RedisServer, ports: readonly number[], folder: string, options: MachinesOptions) {
    [this.redis, this.#folder, this.#options] = [redis, folder, options];
    this.network = options.hosts === "two" ? new Network() : undefined;
    this.urls = ports.map((port) => `http://127.0.0.1:${port}`);
  }

  static async start(options: MachinesOptions): Promise<Machines> {
    const ports = await Promise.all(Array.from({ length: options.nodes }, freePort));
    const folder = await mkdtemp(join(tmpdir(), "triptych-faults-"));
    if (options.model === "chained") await buildChainedWorker();
    const machines = new Machines(await startRedis(), ports, folder, options);
    for (let i = 0; i < options.workers; i++) machines.startWorker(i);
    for (let i = 0; i < options.nodes; i++) machines.startNode(i);
    await Promise.all(machines.urls.map((url) => ready(url)));
    return machines;
  }

  get numWorkers(): number {
    return this.#workers.length;
  }

  get numNodes(): number {
    return this.#nodes.length;
  }

  worker(i: number): ChildProcess {
    return this.#workers[i]!;
  }

  /** The process ids of what a worker has started: of a real one, what computes. */
  computing(i: number): number[] {
    const { pid } = this.worker(i);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return children.split(" ").filter(Boolean).map(Number);
  }

  node(i: number): ChildProcess {
    return this.#nodes[i]!;
  }

  startWorker(i: number): void {
    const { msPerToken, slots, model } = this.#options;
    const network = i === 0 ? this.network : undefined;
    const url = network === undefined ? this.redis.url : this.redis.url.replace("127.0.0.1", network.address);
    const chained = [chainedWorker, url];
    const real = ["build/src/worker-main.js", "--redis", url, "--models", model, "--jobs", String(slots)];
    const watched = ["--pass-timeout", String(PASS_TIMEOUT_MS)];
    const args = model === "chained" ? [...chained, String(msPerToken), String(slots)] : [...real, ...watched];
    this.#workers[i] = start([...frugalHeap, ...args], { network, env: model === "chained" ? {} : this.#hanging(i) });
  }

  /** Has a real worker's compute thread hang in its next pass; resolves when it does, or after so many milliseconds. */
  async hang(i: number, withinMs: number): Promise<void> {
    const file = this.#hangFile(i);
    writeFileSync(file, "run");
    const until = performance.now() + withinMs;
    while (existsSync(file) && performance.now() < until) await delay(10);
    rmSync(file, { force: true });
  }

  startNode(i: number): void {
    const { port } = new URL(this.urls[i]!);
    const place = ["--redis", this.redis.url, "--port", port, "--data", join(this.#folder, `node-${i}`)];
    const bare = ["--page", "off", "--explorer", "off", "--max-chats", "10000"];
    this.#nodes[i] = start([...frugalHeap, "build/src/main.js", ...place, ...bare]);
  }

  async restartWorker(i: number, signal: NodeJS.Signals): Promise<void> {
    await ended(this.worker(i), signal);
    this.startWorker(i);
  }

  async restartNode(i: number, signal: NodeJS.Signals): Promise<void> {
    await ended(this.node(i), signal);
    this.startNode(i);
    await ready(this.urls[i]!);
  }

  #hanging(i: number): NodeJS.ProcessEnv {
    const preload = new URL("./hanging.js", import.meta.url).href;
    return { HANG_FILE: this.#hangFile(i), NODE_OPTIONS: `--import ${preload}` };
  }

  #hangFile(i: number): string {
    return join(this.#folder, `hang-${i}`);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#workers, ...this.#nodes].map((child) => ended(child, "SIGKILL")));
    await this.redis.stop();
    this.network?.remove();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

const chainedWorker = "build/bench/chained-worker.js";

/** As a real one is: nobody waits for a worker that strips types while it starts. */
async function buildChainedWorker(): Promise<void> {
  await build({
    ...{ absWorkingDir: root, entryPoints: ["bench/faults/chained-worker.ts"], outfile: chainedWorker },
    ...{ bundle: true, packages: "external", format: "esm", platform: "node", target: "node20" },
  });
}

interface Place {
  readonly network?: Network | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

function start(args: readonly string[], { network, env = {} }: Place = {}): ChildProcess {
  const [command, given] = network?.command(process.execPath, args) ?? [process.execPath, args];
  return spawn(command, given, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: process.env.FAULTS_LOG === undefined ? "ignore" : "inherit",
  });
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  // One that is stopped does not hear.
  if (signal === "SIGKILL") child.kill("SIGCONT");
  await gone;
}

async function ready(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await delay(50);
  }
}
