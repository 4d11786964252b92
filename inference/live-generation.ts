import { GenerationLog, type FailedEvent, type GenerationEvent } from "./generation-log.ts";
import { GenerationReader } from "./generation-reader.ts";
import type { ModelInfo } from "./model-info.ts";
import type { ChatProgress, ChatResult, Timing } from "./result.ts";

export interface LiveGenerationOptions {
  readonly id: string;
  readonly model: ModelInfo;
  /** Equal for equal requests. */
  readonly fingerprint: Promise<string>;
  /** How long it runs on when nobody reads it, in milliseconds. */
  readonly graceMs: number;
  /** Called when it has started, and when it has ended. */
  readonly onChange: (generation: LiveGeneration) => void;
}

/**
 * A generation with those who read it. When the last of them has left, it runs on for the grace time, so that they may
 * come back; then it is cancelled, which ends it with what there is, as `completed` and CANCELLED.
 */
export class LiveGeneration {
  readonly id: string;
  readonly model: ModelInfo;
  readonly fingerprint: Promise<string>;
  readonly #options: LiveGenerationOptions;
  readonly #log = new GenerationLog();
  readonly #readers = new Set<GenerationReader>();
  readonly #ending = new AbortController();
  readonly #createdAt = performance.now();
  #position = 0;
  #startedAt: number | undefined;
  #grace: NodeJS.Timeout | undefined;
  #promptTokens = 0;
  #completionTokens = 0;
  #imageCacheHit = false;

  constructor(options: LiveGenerationOptions) {
    this.#options = options;
    this.id = options.id;
    this.model = options.model;
    this.fingerprint = options.fingerprint;
  }

  /** Aborted when it has ended, however it did. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  get isEnded(): boolean {
    return this.#log.isEnded;
  }

  /** Whether it waits for its first pass. */
  get isQueued(): boolean {
    return !this.isEnded && this.#startedAt === undefined;
  }

  /** Milliseconds from its arrival until it started, or until now. */
  get waitedMs(): number {
    return (this.#startedAt ?? performance.now()) - this.#createdAt;
  }

  /** How many were before it when it came. */
  get position(): number {
    return this.#position;
  }

  get lastSeq(): number {
    return this.#log.lastSeq;
  }

  /** Characters that it keeps. */
  get size(): number {
    return this.#log.text.length;
  }

  get numReaders(): number {
    return this.#readers.size;
  }

  /** The events after this number, which must not be above the latest. */
  read(after: number): GenerationReader {
    const reader = new GenerationReader(this.#log, after, (leaving) => this.#left(leaving));
    if (this.isEnded) return reader;
    this.#readers.add(reader);
    clearTimeout(this.#grace);
    return reader;
  }

  queued(position: number, estimatedWaitMs: number): void {
    this.#position = position;
    this.#append({ type: "queued", position, estimatedWaitMs });
  }

  /** What comes after the end is of no interest: the worker may not know of the cancellation yet. */
  progress(progress: ChatProgress): void {
    if (this.isEnded) return;
    if (progress.type === "started") return this.#started(progress);
    this.#completionTokens = progress.tokens;
    this.#append({ type: "delta", delta: progress.text });
  }

  completed({ finishReason, promptTokens, tokens, timing }: ChatResult): void {
    if (this.isEnded) return;
    const totalMs = performance.now() - this.#createdAt;
    this.#append({
      type: "completed",
      finishReason,
      promptTokens,
      completionTokens: tokens,
      timing: { ...timing, totalMs },
    });
  }

  failed(event: FailedEvent): void {
    if (!this.isEnded) this.#append(event);
  }

  /** Ends it with the text so far, and gives its place on the device back. */
  cancel(): void {
    if (this.isEnded) return;
    this.#append({
      type: "completed",
      finishReason: "CANCELLED",
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
      timing: this.#timingSoFar(),
    });
  }

  #started({ promptTokens, reusedTokens, imageCacheHit }: Extract<ChatProgress, { type: "started" }>): void {
    this.#startedAt = performance.now();
    this.#promptTokens = promptTokens;
    this.#imageCacheHit = imageCacheHit;
    this.#append({ type: "started", model: this.model, promptTokens, reusedTokens, imageCacheHit });
    this.#options.onChange(this);
  }

  #append(event: GenerationEvent): void {
    this.#log.append(event);
    for (const reader of [...this.#readers]) reader.wake();
    if (!this.isEnded) return;
    clearTimeout(this.#grace);
    this.#readers.clear();
    this.#ending.abort();
    this.#options.onChange(this);
  }

  #left(reader: GenerationReader): void {
    const wasHere = this.#readers.delete(reader);
    if (!wasHere || this.#readers.size > 0 || this.isEnded) return;
    if (this.#options.graceMs === 0) return this.cancel();
    this.#grace = setTimeout(() => this.cancel(), this.#options.graceMs);
    this.#grace.unref();
  }

  /** The device says where the time went only at the end of a whole generation. */
  #timingSoFar(): Timing {
    const totalMs = performance.now() - this.#createdAt;
    return {
      totalMs,
      queueMs: this.waitedMs,
      preprocessMs: 0,
      encodeMs: 0,
      decodeMs: totalMs - this.waitedMs,
      encodeBatch: 0,
      decodeBatch: 0,
      imageCacheHit: this.#imageCacheHit,
    };
  }
}
