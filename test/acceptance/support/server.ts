import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { serverArguments } from "../../../bench/server-process.ts";
import { listProcesses, type RunningProcess } from "./processes.ts";
import { eventually } from "./wait.ts";

export const root = join(import.meta.dirname, "../../..");
export const bundled = join(root, "checkpoints");

const LAST_WORDS_MS = 2_000;
const START_MS = 45_000;

export interface ServerOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where the gallery is kept; without it, in a folder of the server's own that goes with it. */
  readonly dataDirectory?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts the server as npm start does, and waits until its models are loaded or have failed. */
export async function startServer(options: ServerOptions = {}): Promise<RealServer> {
  const server = new RealServer(options);
  try {
    await server.loaded();
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

/** The server in a process of its own, with its worker below it, and what it says. */
export class RealServer implements AsyncDisposable {
  readonly exit: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #temporary: string | undefined;
  #exited: Exit | undefined;
  #output = "";

  constructor({ args = [], env = {}, dataDirectory }: ServerOptions) {
    this.#temporary = dataDirectory === undefined ? mkdtempSync(join(tmpdir(), "triptych-")) : undefined;
    const data = dataDirectory ?? this.#temporary!;
    this.#child = spawn(process.execPath, [...serverArguments, ...args], {
      cwd: root,
      env: { ...plainEnvironment(), PORT: "0", DATA_DIR: data, ...env },
      // A group of its own, so that nothing of it is overlooked.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => (this.#output += chunk.toString()));
    }
    this.exit = this.#end();
  }

  /** What it said so far, on both streams. */
  get output(): string {
    return this.#output;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Where it listens, such as http://127.0.0.1:4000. */
  get url(): string {
    const [url] = /http:\/\/[^\s/]+:\d+/.exec(this.#output) ?? [];
    if (url !== undefined) return url;
    throw new Error(`The server does not listen. It said:\n${this.#output}`);
  }

  /** Resolves when every model is loaded or has failed. */
  async loaded(): Promise<void> {
    await eventually(
      "the models are loaded",
      () => {
        if (this.#exited !== undefined) throw new Error(`The server ended. It said:\n${this.#output}`);
        return / {2}(Ready|Not all are ready)\./.exec(this.#output)?.[0];
      },
      START_MS,
    );
  }

  /** The process ids of its inference workers: one, unless it was killed a moment ago. */
  workerPids(): readonly number[] {
    const workers = this.processes().filter(({ command }) => command.includes("inference/worker/main-entry.js"));
    return workers.map(({ pid }) => pid);
  }

  /** What runs of it: itself, its worker, and whatever they started. */
  processes(): readonly RunningProcess[] {
    return listProcesses().filter(({ group }) => group === this.pid);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when it has ended and said all; a child that outlives it could keep its streams open. */
  async #end(): Promise<Exit> {
    const closed = once(this.#child, "close");
    const [code, signal] = (await once(this.#child, "exit")) as [Exit["code"], Exit["signal"]];
    await Promise.race([closed, delay(LAST_WORDS_MS, undefined, { ref: false })]);
    return (this.#exited = { code, signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.processes().length > 0) process.kill(-this.pid, "SIGKILL");
    await this.exit;
    if (this.#temporary !== undefined) rmSync(this.#temporary, { recursive: true, force: true });
  }
}

/** What a shell would give; not what a test runner adds. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  return { PATH, HOME, TMPDIR, LANG };
}
