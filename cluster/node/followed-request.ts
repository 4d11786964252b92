import {
  type ChatProgress,
  type ChatResult,
  type FailedEvent,
  GenerationLog,
  GenerationReader,
  InferenceError,
  type ModelInfo,
  type ResultOf,
  type Task,
} from "../../inference/index.ts";
import type { CompletedEntry, Entry } from "../entry.ts";
import type { About, ReadLog } from "../redis/request-records.ts";

export interface FollowedRequestOptions extends Pick<ReadLog, "fingerprint" | "about" | "ageMs"> {
  readonly id: string;
  /** Called when a reader has left. */
  readonly onLeft: (followed: FollowedRequest) => void;
}

/** A request as this node follows it: its log as far as it was read, for whoever reads it here. */
export class FollowedRequest {
  readonly id: string;
  readonly fingerprint: string;
  readonly about: About;
  /** Settles with its end. */
  readonly outcome: Promise<ResultOf<Task>>;
  readonly #log = new GenerationLog();
  readonly #tokenIds: number[] = [];
  readonly #readers = new Set<GenerationReader>();
  readonly #listeners = new Set<(progress: ChatProgress) => void>();
  readonly #onLeft: FollowedRequestOptions["onLeft"];
  /** On performance.now(): when it came, wherever that was. */
  readonly createdAt: number;
  readonly #entries: Entry[] = [];
  #isEnded = false;
  #promptTokens = 0;
  #position = 0;
  #resolve: (result: ResultOf<Task>) => void = () => undefined;
  #reject: (error: InferenceError) => void = () => undefined;

  constructor({ id, fingerprint, about, ageMs, onLeft }: FollowedRequestOptions) {
    [this.id, this.fingerprint, this.about, this.#onLeft] = [id, fingerprint, about, onLeft];
    this.createdAt = performance.now() - ageMs;
    this.outcome = new Promise((resolve, reject) => ([this.#resolve, this.#reject] = [resolve, reject]));
    this.outcome.catch(() => undefined);
  }

  /** The number of the first entry that was not read yet. */
  get next(): number {
    return this.#entries.length;
  }

  /** What was read of its log. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The number of the latest event of a chat; its entries may be more, for not all are events. */
  get lastSeq(): number {
    return this.#log.lastSeq;
  }

  /** How many were before it when it came. */
  get position(): number {
    return this.#position;
  }

  get numReaders(): number {
    return this.#readers.size;
  }

  get tokens(): Pick<CompletedEntry, "tokens" | "promptTokens"> {
    return { tokens: this.#tokenIds.length, promptTokens: this.#promptTokens };
  }

  /** A chat's events after this number, which must not be above the latest. */
  read(after: number): GenerationReader {
    const reader = new GenerationReader(this.#log, after, (leaving) => this.#left(leaving));
    if (!this.#isEnded) this.#readers.add(reader);
    return reader;
  }

  /** Has somebody told what a chat has come to so far, and how it comes on. */
  listen(onProgress: (progress: ChatProgress) => void): void {
    this.#listeners.add(onProgress);
  }

  /** Takes the entries that come next in the log. */
  apply(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#apply(entry);
    }
    for (const reader of [...this.#readers]) reader.wake();
    if (this.#isEnded) this.#readers.clear();
  }

  /** Readers are given what is there, and told where to go on. */
  part(reason: InferenceError): void {
    for (const reader of [...this.#readers]) reader.cut(reason);
    this.#readers.clear();
  }

  /** Nobody can follow it any more. */
  cut(error: InferenceError): void {
    this.#isEnded = true;
    this.part(error);
    this.#reject(error);
  }

  #apply(entry: Entry): void {
    switch (entry.type) {
      case "queued":
        this.#position = entry.position;
        return this.#log.append(entry);
      case "started":
        return this.#started(entry);
      case "tokens":
        return this.#said(entry);
      case "completed":
        return this.#completed(entry);
      case "result":
        return this.#end(() => this.#resolve(entry.result));
      case "failed":
        return this.#failed(entry);
    }
  }

  #started(entry: Extract<Entry, { type: "started" }>): void {
    this.#promptTokens = entry.promptTokens;
    this.#log.append({ ...entry, model: this.#model });
    this.#tell(entry);
  }

  #said({ tokenIds, text }: Extract<Entry, { type: "tokens" }>): void {
    this.#tokenIds.push(...tokenIds);
    this.#log.append({ type: "delta", delta: text });
    this.#tell({ type: "delta", text, tokenIds, tokens: this.#tokenIds.length });
  }

  #completed({ tokens, promptTokens, reusedTokens, finishReason, timing }: CompletedEntry): void {
    this.#log.append({ type: "completed", finishReason, promptTokens, completionTokens: tokens, timing });
    const { text } = this.#log;
    const tokenIds = this.#tokenIds;
    const result: ChatResult = { text, tokens, tokenIds, finishReason, promptTokens, reusedTokens, timing };
    this.#end(() => this.#resolve(result));
  }

  #failed(entry: FailedEvent): void {
    const { code, message, retryAfterMs } = entry;
    this.#log.append(entry);
    const options = retryAfterMs === undefined ? {} : { retryAfterMs };
    this.#end(() => this.#reject(new InferenceError(code, message, options)));
  }

  #end(settle: () => void): void {
    this.#isEnded = true;
    settle();
  }

  #tell(progress: ChatProgress): void {
    for (const listener of this.#listeners) listener(progress);
  }

  #left(reader: GenerationReader): void {
    if (this.#readers.delete(reader)) this.#onLeft(this);
  }

  /** A chat is never without one. */
  get #model(): ModelInfo {
    return this.about.model!;
  }
}
