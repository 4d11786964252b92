import { askingOf, deadlineExceeded, endOf, leftBy } from "./admission/asking.ts";
import { InferenceError } from "./errors.ts";
import type { SubmitOptions } from "./inference.ts";
import { OutstandingRequest } from "./outstanding-request.ts";
import { PoisonList } from "./poison-list.ts";
import type { Admission } from "./residency/residency.ts";
import type { ResultOf } from "./result.ts";
import { Room, type RoomLimits } from "./admission/room.ts";
import { modelOf, type Task } from "./task.ts";
import type { ChatStep, ToWorker } from "./worker/protocol.ts";

export interface OutstandingOptions extends RoomLimits {
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
  readonly #room: Room;

  constructor(options: OutstandingOptions) {
    this.#options = options;
    this.#room = new Room(options);
  }

  get size(): number {
    return this.#requests.size;
  }

  add<T extends Task>(task: T, options: SubmitOptions & { readonly timeoutMs: number }): Promise<ResultOf<T>> {
    const { signal, timeoutMs, onProgress } = options;
    if (signal?.aborted === true) return Promise.reject(leftBy(signal));
    const model = modelOf(task);
    const asking = askingOf(task, options);
    const refusal = this.#poison.refusal(task, options.salt) ?? this.#room.refuse(asking, performance.now());
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const timer = setTimeout(() => this.#abandon(id, deadlineExceeded(timeoutMs)), timeoutMs);
      const abort = (): void => this.#abandon(id, leftBy(signal!));
      signal?.addEventListener("abort", abort, { once: true });
      const settle: OutstandingRequest["settle"] = (outcome) => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        this.#requests.delete(id);
        this.#room.leave(place, endOf(outcome), performance.now());
        if (model !== undefined) this.#options.ended(model, request.where);
        if ("error" in outcome) reject(outcome.error);
        else resolve(outcome.result as ResultOf<T>);
      };
      const where = model === undefined ? "send" : this.#options.admit(model);
      const place = this.#room.enter(asking, performance.now());
      place.isDisturbed = where === "hold" || !this.#isUp;
      const request: OutstandingRequest = new OutstandingRequest({
        ...{ id, task, timeoutMs, where, place, onProgress, settle },
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
    this.#room.disturb();
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
    this.#room.disturb();
    const served = this.#hasServed ? "others" : "nobody";
    const sent = [...this.#requests.values()].filter(({ where }) => where === "send");
    for (const request of sent) {
      request.died(served, 1 / sent.length);
      if (!request.isPoison) continue;
      if (request.isToBlame) this.#poison.add(request.task, request.place.entry.claimant.salt);
      request.settle({ error: workersDied(request.deaths, reason) });
    }
  }

  /** A chat has come so far. */
  progress(id: number, step: ChatStep): void {
    if (step.type === "tokens" && step.tokenIds.length > 0) this.#hasServed = true;
    const request = this.#requests.get(id);
    if (request === undefined) return;
    if (step.type === "tokens") this.#room.began(request.place);
    request.progress(step);
  }

  result(id: number, result: ResultOf<Task>): void {
    const request = this.#requests.get(id);
    this.#hasServed = true;
    if (request === undefined) return;
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

  #abandon(id: number, error: InferenceError): void {
    const request = this.#requests.get(id);
    if (request === undefined) return;
    this.#options.send({ type: "cancel", id });
    request.settle({ error });
  }
}

function workersDied(times: number, reason: string): InferenceError {
  return new InferenceError(
    "MODEL_UNAVAILABLE",
    `The inference worker died ${times} times with this request (${reason}).`,
  );
}
