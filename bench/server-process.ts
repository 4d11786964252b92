import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export const root = join(import.meta.dirname, "..");

/** What npm start tells V8: it collects before the heap is half as large again as what lives in it, and begins small. */
export const frugalHeap = ["--heap-growing-percent=50", "--max-semi-space-size=8"] as const;

/** As npm start runs it, which has built it; npm run bench has too. */
export const serverArguments = [...frugalHeap, "build/src/main.js"] as const;

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** "ipc": the process can be talked to by messages. */
  readonly channel: "none" | "ipc";
  /**
   * What answers 200 once every model is loaded.
   * @default "/ready"
   */
  readonly readyPath?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const KEPT_OUTPUT = 2_048;
const POLL_MS = 200;

/** A server in a process group of its own, so that nothing of it is missed when it is to end. */
export class ServerProcess {
  readonly child: ChildProcess;
  #output = "";
  readonly #readyPath: string;
  readonly #exited: Promise<Exit>;

  constructor({ command, args, env, channel, readyPath = "/ready" }: ServerCommand) {
    this.#readyPath = readyPath;
    const stdio: StdioOptions = channel === "ipc" ? ["ignore", "pipe", "pipe", "ipc"] : ["ignore", "pipe", "pipe"];
    this.child = spawn(command, args, { cwd: root, env, stdio, detached: true });
    this.child.stdout?.on("data", (chunk: Buffer) => this.#keep(chunk));
    this.child.stderr?.on("data", (chunk: Buffer) => this.#keep(chunk));
    const exited = once(this.child, "exit") as Promise<[Exit["code"], Exit["signal"]]>;
    this.#exited = exited.then(([code, signal]) => ({ code, signal }));
    // Whoever waits for it hears of it; nobody has to.
    this.#exited.catch(() => undefined);
  }

  /** The end of what it said. */
  get output(): string {
    return this.#output;
  }

  /** Where it listens, such as http://127.0.0.1:4000, once every model is loaded. Rejects if it ends or takes too long. */
  async ready(timeoutMs: number, signal?: AbortSignal): Promise<string> {
    const until = performance.now() + timeoutMs;
    while (performance.now() < until) {
      if (!this.#isRunning()) throw this.#failure("ended");
      const url = /http:\/\/[^\s/]+:\d+/.exec(this.#output)?.[0];
      if (url !== undefined && (await isReady(url + this.#readyPath))) return url;
      await delay(POLL_MS, undefined, { signal });
    }
    throw this.#failure(`was not ready after ${timeoutMs / 1000} s`);
  }

  /** Asks the process to end; undefined if it does not within the time. Its group may have others left. */
  async end(graceMs: number): Promise<Exit | undefined> {
    this.child.kill("SIGTERM");
    return Promise.race([this.#exited, delay(graceMs, undefined, { ref: false })]);
  }

  /** Ends what is left of the group at once. */
  kill(): void {
    if (this.isAlive()) process.kill(-this.child.pid!, "SIGKILL");
  }

  /** Whether any process of the group is left. */
  isAlive(): boolean {
    if (this.child.pid === undefined) return false;
    try {
      process.kill(-this.child.pid, 0);
      return true;
    } catch {
      return false;
    }
  }

  #isRunning(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  #keep(chunk: Buffer): void {
    this.#output = (this.#output + chunk.toString()).slice(-KEPT_OUTPUT);
  }

  #failure(what: string): Error {
    return new Error(`The server ${what}. It said:\n${this.#output}`);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
