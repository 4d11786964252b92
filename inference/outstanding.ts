import { Backlog, type BacklogEntry } from "./backlog.ts";
import { InferenceError } from "./errors.ts";
import type { SubmitOptions } from "./inference.ts";
import { OutstandingRequest } from "./outstanding-request.ts";
import { PoisonList } from "./poison-list.ts";
import type { Admission } from "./residency/residency.ts";
import type { ResultOf } from "./result.ts";
import { modelOf, picturesOf, type Task } from "./task.ts";
import type { ChatStep, ToWorker } from "./worker/protocol.ts";

/** Nobody need come again sooner. */
const MIN_RETRY_MS = 100;

export interface OutstandingOptions {
  /** Requests beyond which a new one is refused. */
  readonly maxRequests: number;
  /** Bytes of pictures that they may hold together. */
  readonly maxBytes: number;
  readonly send: (message: ToWorker) => void;
  /** Told of a request for a model that has come: whether it may be sent. */
  readonly admit: (model: string) => Admission;
  /** Told of one that was answered. */
  readonly answered: (task: Task, result: ResultOf<Task>) => void;
  /** Told of one that has ended, and where it was. */
  readonly ended: (model: string, where: Admission) => void;
}

/**
 * The requests that wait for a worker's answer. Each settles exactly once: by its result, its failure, its deadline, its
 * caller's abort, or the deaths of workers that had it.
 */
export class Outstanding {
  readonly #options: OutstandingOptions;
  readonly #requests = new Map<number, OutstandingRequest>();
  readonly #poison = new PoisonList();
  #nextId = 0;
  #isUp = false;
  /** Whether the worker has brought anything on. */
  #hasServed = false;
  #bytes = 0;
  readonly #backlog = new Backlog();

  constructor(options: OutstandingOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#requests.size;
  }

  add<T extends Task>(task: T, options: SubmitOptions & { readonly timeoutMs: number }): Promise<ResultOf<T>> {
    const { signal, timeoutMs, onProgress, client, priority } = options;
    if (signal?.aborted === true) return Promise.reject(leftBy(signal));
    const [bytes, model] = [pictureBytes(task), modelOf(task)];
    const entry = { claimant: { client, priority }, sort: `${model} ${task.kind}` };
    const refusal = this.#poison.refusal(task) ?? this.#refusal(entry, { bytes, timeoutMs });
    if (refusal !== undefined) return Promise.reject(refusal);
    this.#bytes += bytes;
    this.#backlog.add(entry);
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const timer = setTimeout(() => this.#abandon(id, deadlineExceeded(timeoutMs)), timeoutMs);
      const abort = (): void => this.#abandon(id, leftBy(signal!));
      signal?.addEventListener("abort", abort, { once: true });
      const settle: OutstandingRequest["settle"] = (outcome) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        this.#requests.delete(id);
        this.#bytes -= bytes;
        this.#backlog.remove(entry);
        if (model !== undefined) this.#options.ended(model, request.where);
        if ("error" in outcome) reject(outcome.error);
        else resolve(outcome.result as ResultOf<T>);
      };
      const where = model === undefined ? "send" : this.#options.admit(model);
      const request: OutstandingRequest = new OutstandingRequest({
        ...{ id, task, timeoutMs, where, entry, onProgress, settle },
      });
      this.#requests.set(id, request);
      this.#send(request);
    });
  }

  /** A worker is there: whatever waits is sent, in order of arrival. */
  workerUp(): void {
    this.#isUp = true;
    this.#hasServed = false;
    for (const request of this.#requests.values()) this.#send(request);
  }

  /** The worker is ended on purpose: what it had is sent to the next one. */
  workerReplaced(): void {
    this.#isUp = false;
  }

  /** From now on, requests for this model are held, or are not. */
  place(model: string, where: Admission): void {
    for (const request of this.#requests.values()) {
      if (request.model !== model || request.where === where) continue;
      request.where = where;
      this.#send(request);
    }
  }

  /** The worker died: what it had is sent to the next one, or given up if too many have died over it. */
  workerDown(reason: string): void {
    this.#isUp = false;
    const served = this.#hasServed ? "others" : "nobody";
    const sent = [...this.#requests.values()].filter(({ where }) => where === "send");
    for (const request of sent) {
      request.died(served, 1 / sent.length);
      if (!request.isPoison) continue;
      if (request.isToBlame) this.#poison.add(request.task);
      request.settle({ error: workersDied(request.deaths, reason) });
    }
  }

  /** A chat has come so far. */
  progress(id: number, step: ChatStep): void {
    if (step.type === "tokens" && step.tokenIds.length > 0) this.#hasServed = true;
    this.#requests.get(id)?.progress(step);
  }

  result(id: number, result: ResultOf<Task>): void {
    const request = this.#requests.get(id);
    this.#hasServed = true;
    if (request === undefined) return;
    if ("timing" in result) this.#backlog.took(request.entry.sort, result.timing);
    this.#options.answered(request.task, result);
    request.settle({ result });
  }

  failed(id: number, error: InferenceError): void {
    this.#requests.get(id)?.settle({ error });
  }

  failAll(error: InferenceError): void {
    for (const request of [...this.#requests.values()]) request.settle({ error });
  }

  /** Fails all that ask a model. */
  failModel(model: string, error: InferenceError): void {
    for (const request of [...this.#requests.values()]) if (request.model === model) request.settle({ error });
  }

  #send(request: OutstandingRequest): void {
    if (this.#isUp && request.where === "send") this.#options.send(request.message());
  }

  /** Why a request is not taken; undefined where it is. */
  #refusal(
    entry: BacklogEntry,
    asked: { readonly bytes: number; readonly timeoutMs: number },
  ): InferenceError | undefined {
    const { maxRequests, maxBytes } = this.#options;
    const waitMs = this.#backlog.waitMs(entry);
    if (this.#requests.size >= maxRequests) {
      return overloaded(
        `${maxRequests} requests are in flight, as many as are taken.`,
        this.#backlog.expectedMs(entry.sort),
      );
    }
    if (this.#bytes + asked.bytes > maxBytes) {
      const message = `The pictures of all requests in flight would be more than ${maxBytes} bytes.`;
      return overloaded(message, this.#backlog.expectedMs(entry.sort));
    }
    if (waitMs <= asked.timeoutMs) return undefined;
    const [wait, timeout] = [waitMs, asked.timeoutMs].map((ms) => `${(ms / 1000).toFixed(1)} s`);
    return overloaded(`It would wait about ${wait}, and may take ${timeout}.`, waitMs - asked.timeoutMs);
  }

  #abandon(id: number, error: InferenceError): void {
    const request = this.#requests.get(id);
    if (request === undefined) return;
    this.#options.send({ type: "cancel", id });
    request.settle({ error });
  }
}

/** `freeMs`: how long it takes until there is room. */
function overloaded(message: string, freeMs: number): InferenceError {
  const retryAfterMs = Math.max(MIN_RETRY_MS, Math.round(freeMs));
  return new InferenceError("OVERLOADED", `${message} Try again later.`, { retryAfterMs });
}

/** Bytes of the pictures that a task carries; one that it shows twice is one. */
function pictureBytes(task: Task): number {
  const pictures = new Set(picturesOf(task).map((image) => ("bytes" in image ? image.bytes : undefined)));
  return [...pictures].reduce((sum, bytes) => sum + (bytes?.byteLength ?? 0), 0);
}

/** Whoever leaves may say why. */
function leftBy({ reason }: AbortSignal): InferenceError {
  if (reason instanceof InferenceError) return reason;
  return new InferenceError("CANCELLED", "The request was cancelled.");
}

function deadlineExceeded(timeoutMs: number): InferenceError {
  return new InferenceError("DEADLINE_EXCEEDED", `The request was not done within ${Math.round(timeoutMs)} ms.`);
}

function workersDied(times: number, reason: string): InferenceError {
  return new InferenceError(
    "MODEL_UNAVAILABLE",
    `The inference worker died ${times} times with this request (${reason}).`,
  );
}
