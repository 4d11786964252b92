import type { Outcome } from "./admission/asking.ts";
import type { SubmitOptions } from "./inference.ts";
import type { Admission } from "./residency/residency.ts";
import type { Place } from "./admission/line.ts";
import { modelOf, type Task } from "./task.ts";
import type { ChatStep, ToWorker } from "./worker/protocol.ts";

/** Workers that may die over a request before it is given up. */
const MAX_DEATHS = 2;
/** The same for a chat, since its latest token: what moves on is not what kills. */
const MAX_CHAT_DEATHS = 3;
/** And of workers that served others meanwhile: these are more likely to blame, or nobody is. */
const MAX_SHARED_CHAT_DEATHS = 12;
/** Deaths, shared with all that the worker had: so many are no chance. Among many requests nobody can tell which it was. */
const MIN_BLAME = 1.5;

export interface OutstandingRequestOptions {
  readonly id: number;
  readonly task: Task;
  readonly timeoutMs: number;
  readonly where: Admission;
  readonly place: Place;
  readonly onProgress: SubmitOptions["onProgress"];
  readonly settle: (outcome: Outcome) => void;
}

/** A request that waits for a worker's answer. Of a chat, it keeps the tokens that are settled: the next worker goes on from them. */
export class OutstandingRequest {
  readonly settle: OutstandingRequestOptions["settle"];
  /** Whether the worker has it, or is to have it as soon as there is one; else it waits for its model. */
  where: Admission;
  readonly place: Place;
  /** On performance.now(). */
  readonly #startedAt = performance.now();
  readonly #options: OutstandingRequestOptions;
  /** With those that it came with, settled by a worker of another machine. */
  readonly #settledTokenIds: number[];
  #deaths = { alone: 0, shared: 0 };
  #blame = 0;
  #hasStarted = false;

  constructor(options: OutstandingRequestOptions) {
    this.#options = options;
    this.settle = options.settle;
    this.place = options.place;
    this.where = options.where;
    const { task } = options;
    this.#settledTokenIds = task.kind === "chat" ? [...(task.resumedTokenIds ?? [])] : [];
  }

  /** Milliseconds since it came. */
  get ageMs(): number {
    return performance.now() - this.#startedAt;
  }

  /** The model that it asks; undefined where none is needed. */
  get model(): string | undefined {
    return modelOf(this.#options.task);
  }

  /** Workers that died over it since it came on. */
  get deaths(): number {
    return this.#deaths.alone + this.#deaths.shared;
  }

  /** Whether so many workers died over it that the next one should not. */
  get isPoison(): boolean {
    if (this.#options.task.kind !== "chat") return this.deaths >= MAX_DEATHS;
    return this.#deaths.alone >= MAX_CHAT_DEATHS || this.deaths >= MAX_SHARED_CHAT_DEATHS;
  }

  /**
   * Whether it is what they died of, and so would others of an equal one: it was alone, or nearly. What keeps an index up
   * is never refused, or nothing would be found any more.
   */
  get isToBlame(): boolean {
    const ofClients = this.model !== undefined || "image" in this.#options.task;
    return ofClients && this.#blame >= MIN_BLAME;
  }

  get task(): Task {
    return this.#options.task;
  }

  /** A worker that had it has died: one that served others, or nobody; the share is its part of all that it had. */
  died(served: "others" | "nobody", share: number): void {
    this.#blame += share;
    this.#deaths[served === "others" ? "shared" : "alone"] += 1;
  }

  /** What to send to a worker. */
  message(): ToWorker {
    const { id, task, timeoutMs } = this.#options;
    const left = Math.max(0, timeoutMs - this.ageMs);
    return { type: "submit", id, task: this.#resumed(task), timeoutMs: left, claimant: this.place.entry.claimant };
  }

  /** A chat has come on; what it was told of a worker before is not told again. */
  progress(step: ChatStep): void {
    if (step.type === "tokens") return this.#settle(step);
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    this.#options.onProgress?.(step);
  }

  #settle({ tokenIds, text }: Extract<ChatStep, { readonly type: "tokens" }>): void {
    this.#settledTokenIds.push(...tokenIds);
    if (tokenIds.length > 0) [this.#deaths, this.#blame] = [{ alone: 0, shared: 0 }, 0];
    this.#options.onProgress?.({ type: "delta", text, tokenIds, tokens: this.#settledTokenIds.length });
  }

  #resumed(task: Task): Task {
    if (task.kind !== "chat" || this.#settledTokenIds.length === 0) return task;
    return { ...task, resumedTokenIds: [...this.#settledTokenIds] };
  }
}
