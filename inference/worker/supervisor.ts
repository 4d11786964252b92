import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FromWorker, ToWorker, WorkerConfig, WorkerMessage } from "./protocol.ts";

/** A worker that says nothing for so long is not waited for where others are; several times its heartbeat. */
const SILENT_MS = 1_000;
/** One that says nothing for so long hangs. */
const HANGING_MS = 30_000;
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 10_000;
/** A worker that lived so long, or that gave something, was well: the next one is started without a wait. */
const HEALTHY_MS = 10_000;

export interface SupervisorEvents {
  /** A fresh worker is there; whatever was sent to the one before is lost. */
  readonly onUp: () => void;
  readonly onDown: (reason: string) => void;
  readonly onMessage: (message: WorkerMessage) => void;
}

/** Keeps one worker process alive: starts it, watches its heartbeat, and starts another when it dies. */
export class Supervisor {
  readonly #config: () => WorkerConfig;
  readonly #events: SupervisorEvents;
  #child: ChildProcess | undefined;
  #lastHeard = 0;
  /** Whether the worker has answered anything. */
  #hasServed = false;
  #backoffMs = FIRST_BACKOFF_MS;
  #restart: NodeJS.Timeout | undefined;
  readonly #watch: NodeJS.Timeout;
  #stopped = false;
  #isReplacing = false;
  /** Why it was killed, where it was. */
  #killedFor: string | undefined;

  /** `config` is asked before each start. */
  constructor(config: () => WorkerConfig, events: SupervisorEvents) {
    this.#config = config;
    this.#events = events;
    this.#watch = setInterval(() => this.#killIfSilent(), HANGING_MS / 6);
    this.#watch.unref();
    // Not within the constructor: the caller does not hold us yet when the first event comes.
    queueMicrotask(() => this.#start());
  }

  /** The process id of the worker; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Whether the worker's process says nothing: it is stopped, or gets no processor. A pass, however long, does not silence it. */
  get isSilent(): boolean {
    return performance.now() - this.#lastHeard > SILENT_MS;
  }

  send(message: ToWorker): void {
    if (this.#child?.connected === true) this.#child.send(message, ignoreClosedChannel);
  }

  /** Ends the worker, which is followed by another at once; its memory is free before that begins. */
  replace(): void {
    if (this.#child === undefined) return;
    this.#isReplacing = true;
    this.#child.kill("SIGKILL");
  }

  /** Ends the worker for good; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#watch);
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    this.send({ type: "stop" });
    const kill = setTimeout(() => child.kill("SIGKILL"), 2_000);
    await gone;
    clearTimeout(kill);
  }

  #start(): void {
    if (this.#stopped) return;
    const startedAt = performance.now();
    const child = startWorkerProcess();
    this.#isReplacing = false;
    this.#killedFor = undefined;
    this.#child = child;
    this.#lastHeard = startedAt;
    this.#hasServed = false;
    // What a dead worker said and was not heard yet is said again by the next one.
    child.on("message", (message) => child === this.#child && this.#receive(message as FromWorker));
    child.on("error", () => child.kill("SIGKILL"));
    child.once("exit", (code, signal) =>
      this.#onExit(performance.now() - startedAt, signal ?? `exit code ${String(code)}`),
    );
    this.send({ type: "start", config: this.#config() });
    this.#events.onUp();
  }

  /** What a worker that is being replaced says of itself holds no more. */
  #receive(message: FromWorker): void {
    if (this.#isReplacing && message.type === "models") return;
    this.#lastHeard = performance.now();
    this.#hasServed ||= message.type === "result" || message.type === "progress";
    if (message.type === "hung") this.#kill(message.reason);
    else if (message.type !== "heartbeat") this.#events.onMessage(message);
  }

  #onExit(livedMs: number, reason: string): void {
    this.#child = undefined;
    if (this.#stopped) return;
    if (this.#isReplacing) return this.#start();
    const wasWell = livedMs > HEALTHY_MS || this.#hasServed;
    this.#backoffMs = wasWell ? FIRST_BACKOFF_MS : Math.min(MAX_BACKOFF_MS, 2 * this.#backoffMs);
    this.#restart = setTimeout(() => this.#start(), this.#backoffMs);
    this.#events.onDown(this.#killedFor ?? reason);
  }

  #killIfSilent(): void {
    if (performance.now() - this.#lastHeard > HANGING_MS) this.#kill(`silent for ${HANGING_MS / 1_000} s`);
  }

  #kill(reason: string): void {
    this.#killedFor = reason;
    this.#child?.kill("SIGKILL");
  }
}

/**
 * Objects begin in 1 MiB of each thread, where V8 would take 16, and all of them are collected when three times as much
 * is there as lived: what lives is some 10 MB of each, and arrays that passes have left count as well, of which there are so
 * many after a few. Two threads help to collect: four of them on two cores took a tenth of a step of eight streams, and for
 * one alone others wait up to 50 ms when it has no core.
 */
const FRUGAL_HEAP = ["--max-semi-space-size=1", "--heap-growing-percent=200", "--v8-pool-size=2"];

/**
 * Bytes, for glibc: memory is taken from one store for all threads, which gives back what is free beyond some passes'
 * values. Had it nothing left, each pass would begin with pages to be cleared, for a quarter of its time.
 */
const FRUGAL_ALLOCATION = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: String(2 ** 25),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 25),
};

/** The child loads TypeScript by itself, whatever this process was started with. */
function startWorkerProcess(): ChildProcess {
  return fork(fileURLToPath(new URL("./main-entry.js", import.meta.url)), {
    execArgv: FRUGAL_HEAP,
    serialization: "advanced",
    env: { ...FRUGAL_ALLOCATION, ...process.env, ORT_DISABLE_TELEMETRY: "1" },
  });
}

/** A message to a worker that just died is lost with it; its request is repeated when the next one is up. */
function ignoreClosedChannel(): void {
  return undefined;
}
