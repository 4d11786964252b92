import { InferenceError } from "./errors.ts";
import { failedEvent } from "./failed-event.ts";
import type { FailedEvent } from "./generation-log.ts";
import type { GenerationReader } from "./generation-reader.ts";
import {
  type AskedGeneration,
  checkAttaching,
  type GenerationRequest,
  type Generations,
  noGeneration,
} from "./generations.ts";
import { LiveGeneration } from "./live-generation.ts";
import { QueueEstimate } from "./queue-estimate.ts";
import type { Inference } from "./inference.ts";
import type { ModelInfo } from "./model-info.ts";

export interface LocalGenerationsOptions {
  readonly inference: Inference;
  /** How long a generation runs on when nobody reads it, in milliseconds. */
  readonly graceMs: number;
  /** How long it can be read after its end. */
  readonly retentionMs: number;
  /** The longest that one may take. */
  readonly timeoutMs: number;
  /** Beyond, a new one is refused with OVERLOADED. */
  readonly maxRunning: number;
  /** Beyond these, the oldest that have ended are forgotten. */
  readonly maxKept: number;
  readonly maxKeptCharacters: number;
  /** Told of what should not have happened; answers the id under which the log has it. */
  readonly report: (cause: unknown) => string;
}

/** The generations of this process that run, and those that ended not long ago, by their ids. */
export class LocalGenerations implements Generations {
  readonly #options: LocalGenerationsOptions;
  /** Those that have ended stand in the order of their ends. */
  readonly #running = new Map<string, LiveGeneration>();
  readonly #ended = new Map<string, LiveGeneration>();
  readonly #waits = new Map<string, QueueEstimate>();
  #endedCharacters = 0;
  #stopped = false;

  constructor(options: LocalGenerationsOptions) {
    this.#options = options;
  }

  get numRunning(): number {
    return this.#running.size;
  }

  isKnown(id: string): boolean {
    return this.find(id) !== undefined;
  }

  /** Nothing waits between looking for the id and taking it: two that come at once get one generation. */
  async open(asked: AskedGeneration): Promise<GenerationReader> {
    const known = this.find(asked.id);
    if (known === undefined && asked.begin === undefined) throw noGeneration();
    if (known === undefined) return this.start(asked.begin!()).read(asked.after);
    await checkAttaching(asked, known);
    return known.read(asked.after);
  }

  /** The generation with this id; undefined where there is none, or none any more. */
  find(id: string): LiveGeneration | undefined {
    return this.#running.get(id) ?? this.#ended.get(id);
  }

  /** Starts a generation under an id that no other has. OVERLOADED where as many run as are taken. */
  start(request: GenerationRequest): LiveGeneration {
    if (this.#stopped) throw stopping();
    if (this.#running.size >= this.#options.maxRunning) throw this.#overloaded(request.model);
    const { id, model, fingerprint } = request;
    const { graceMs } = this.#options;
    const onChange = (changed: LiveGeneration): void => this.#changed(changed);
    const generation = new LiveGeneration({ id, model, fingerprint, graceMs, onChange });
    const position = this.#numQueued(model);
    this.#running.set(id, generation);
    generation.queued(position, this.#waitsOf(model).estimate(position));
    void this.#run(generation, request);
    return generation;
  }

  cancel(id: string): Promise<boolean> {
    const generation = this.#running.get(id);
    generation?.cancel();
    return Promise.resolve(generation !== undefined);
  }

  /** And cancels those that nobody reads. */
  drain(): void {
    this.#stopped = true;
    for (const generation of [...this.#running.values()]) if (generation.numReaders === 0) generation.cancel();
  }

  stop(): void {
    this.#stopped = true;
    for (const generation of [...this.#running.values()]) generation.failed(this.failure(cutAfter(generation)));
  }

  failure(error: unknown): FailedEvent {
    return failedEvent(error, this.#options.report);
  }

  async #run(generation: LiveGeneration, request: GenerationRequest): Promise<void> {
    const { signal } = generation;
    try {
      const task = await request.prepare(signal);
      const onProgress: LiveGeneration["progress"] = (progress) => generation.progress(progress);
      const { timeoutMs } = this.#options;
      const { client, inference = this.#options.inference } = request;
      const claimant = { client, priority: "interactive" } as const;
      generation.completed(await inference.submit(task, { ...claimant, signal, timeoutMs, onProgress }));
    } catch (error) {
      if (!generation.isEnded) generation.failed(this.failure(error));
    }
  }

  #changed(generation: LiveGeneration): void {
    if (!generation.isEnded) return this.#waitsOf(generation.model).waited(generation);
    this.#running.delete(generation.id);
    this.#ended.set(generation.id, generation);
    this.#endedCharacters += generation.size;
    setTimeout(() => this.#forget(generation), this.#options.retentionMs).unref();
    this.#makeRoom();
  }

  #makeRoom(): void {
    const { maxKept, maxKeptCharacters } = this.#options;
    for (const generation of this.#ended.values()) {
      if (this.#ended.size <= maxKept && this.#endedCharacters <= maxKeptCharacters) return;
      this.#forget(generation);
    }
  }

  #forget(generation: LiveGeneration): void {
    // The id may stand for a later one by now.
    if (this.#ended.get(generation.id) !== generation) return;
    this.#ended.delete(generation.id);
    this.#endedCharacters -= generation.size;
  }

  #numQueued({ name }: ModelInfo): number {
    return [...this.#running.values()].filter(({ model, isQueued }) => isQueued && model.name === name).length;
  }

  #waitsOf({ name }: ModelInfo): QueueEstimate {
    const waits = this.#waits.get(name) ?? new QueueEstimate();
    this.#waits.set(name, waits);
    return waits;
  }

  #overloaded(model: ModelInfo): InferenceError {
    const { maxRunning } = this.#options;
    const retryAfterMs = Math.max(100, Math.round(this.#waitsOf(model).estimate(0)));
    const message = `${maxRunning} chats run, as many as are taken. Try again later.`;
    return new InferenceError("OVERLOADED", message, { retryAfterMs });
  }
}

/** Whoever reads it has all that there is, and knows how far. */
function cutAfter({ lastSeq }: LiveGeneration): InferenceError {
  const message = `The server is stopping: the answer is cut after event ${lastSeq}. Ask again under a new id.`;
  return new InferenceError("MODEL_UNAVAILABLE", message);
}

function stopping(): InferenceError {
  return new InferenceError("MODEL_UNAVAILABLE", "The server is stopping.");
}
