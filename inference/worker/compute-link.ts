import { Worker } from "node:worker_threads";
import type { InferenceError } from "../errors.ts";
import type { Device } from "../onnx/target.ts";
import type { Claimant } from "../scheduling/claim.ts";
import type { Program, ProgramOutcome } from "../scheduling/program.ts";
import type { Started, Usage } from "../scheduling/request.ts";
import type { IndexApplyResult, IndexSearchResult } from "../result.ts";
import type { IndexApplyTask, IndexSearchTask } from "../task.ts";
import type { ComputeStart, ComputeView, FromCompute, Loaded, ToCompute } from "./compute-protocol.ts";
import { revivedError } from "./plain-error.ts";
import type { ServedModel } from "./protocol.ts";
import { cancelled } from "./until-aborted.ts";

export interface Computed {
  readonly outcome: ProgramOutcome;
  readonly usage: Usage;
}

export interface ComputeOptions {
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly claimant: Claimant;
  /** What an equal program came to since then does for it. */
  readonly answeredSince?: number | undefined;
  /** Told that the prompt is about to be computed; asked only of one that has onTokens. */
  readonly onStarted?: (started: Started) => void;
  /** Told new tokens as they come; says whether the sequence shall end here. */
  readonly onTokens?: (tokenIds: readonly number[]) => "continue" | "end";
}

/** Told of what no request asked for. */
export interface ComputeWatcher {
  readonly onDevice: (device: Device, notes: readonly string[]) => void;
  /** Its weights are about to be quantised, which may take minutes. */
  readonly onQuantising: (model: string) => void;
  readonly onLoaded: (loaded: Loaded) => void;
  /** Bytes that a model's passes take of memory. */
  readonly onMeasured: (model: string, activations: number) => void;
  /** KV memory that nobody had given back, and that was taken back. */
  readonly onLeak: (model: string, bytes: number) => void;
  /** Memory ran out, and what can be computed again was given back. */
  readonly onShed: () => void;
}

interface Pending {
  readonly resolve: (message: FromCompute) => void;
  readonly reject: (error: InferenceError) => void;
  readonly events: Pick<ComputeOptions, "onStarted" | "onTokens">;
}

/** The main thread's end of the compute thread: programs in, outcomes out. */
export class ComputeLink {
  readonly #thread: Worker;
  readonly #pending = new Map<string, Pending>();
  readonly #loads = new Map<string, () => void>();
  readonly #watcher: ComputeWatcher;
  #nextId = 0;

  constructor(start: ComputeStart, watcher: ComputeWatcher) {
    this.#thread = new Worker(new URL("./compute-entry.js", import.meta.url), { workerData: start });
    this.#watcher = watcher;
    this.#thread.on("message", (message: FromCompute) => this.#receive(message));
    // Without its compute thread a worker is of no use; its supervisor starts another.
    this.#thread.on("error", (error) => {
      throw error;
    });
  }

  /** Has a model's networks loaded; resolves when they are there or have failed, which the watcher is told before. */
  load(model: ServedModel): Promise<void> {
    return new Promise((resolve) => {
      this.#loads.set(model.name, resolve);
      this.#thread.postMessage({ type: "load", model } satisfies ToCompute);
    });
  }

  /** Has a loaded model's networks run once, to measure them. */
  warmUp(model: string): void {
    this.#thread.postMessage({ type: "warmUp", model } satisfies ToCompute);
  }

  /** Runs a program; aborting the signal frees its place at once. */
  async run(program: Program, options: ComputeOptions): Promise<Computed> {
    const { deadline, signal, claimant, answeredSince, ...events } = options;
    const id = this.#newId();
    const abort = (): void => this.#cancel(id);
    signal.addEventListener("abort", abort, { once: true });
    try {
      signal.throwIfAborted();
      const streams = events.onTokens !== undefined;
      const answer = this.#ask({ type: "submit", id, program, deadline, streams, claimant, answeredSince }, events);
      return (await answer) as Extract<FromCompute, { type: "finished" }>;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  async index(task: IndexApplyTask | IndexSearchTask): Promise<IndexApplyResult | IndexSearchResult> {
    const answer = await this.#ask({ type: "index", id: this.#newId(), task });
    return (answer as Extract<FromCompute, { type: "index" }>).result;
  }

  async view(): Promise<ComputeView> {
    const answer = await this.#ask({ type: "view", id: this.#newId() });
    return answer as Extract<FromCompute, { type: "view" }>;
  }

  #newId(): string {
    return String(this.#nextId++);
  }

  #ask(message: Extract<ToCompute, { id: string }>, events: Pending["events"] = {}): Promise<FromCompute> {
    return new Promise((resolve, reject) => {
      this.#pending.set(message.id, { resolve, reject, events });
      this.#thread.postMessage(message);
    });
  }

  #cancel(id: string): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#thread.postMessage({ type: "cancel", id } satisfies ToCompute);
    pending.reject(cancelled());
  }

  #stream({ id, tokenIds }: Extract<FromCompute, { type: "tokens" }>, { events }: Pending): void {
    if (events.onTokens?.(tokenIds) === "end") this.#thread.postMessage({ type: "end", id } satisfies ToCompute);
  }

  #loaded(loaded: Loaded): void {
    this.#watcher.onLoaded(loaded);
    this.#loads.get(loaded.model)?.();
    this.#loads.delete(loaded.model);
  }

  #receive(message: FromCompute): void {
    if (message.type === "device") return this.#watcher.onDevice(message.device, message.notes);
    if (message.type === "loaded") return this.#loaded(message);
    if (message.type === "measured") return this.#watcher.onMeasured(message.model, message.activations);
    if (message.type === "quantising") return this.#watcher.onQuantising(message.model);
    if (message.type === "shed") return this.#watcher.onShed();
    if (message.type === "leak") return this.#watcher.onLeak(message.model, message.bytes);
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.type === "started") return pending.events.onStarted?.(message);
    if (message.type === "tokens") return this.#stream(message, pending);
    this.#pending.delete(message.id);
    if (message.type === "failed") pending.reject(revivedError(message.error));
    else pending.resolve(message);
  }
}
