import { randomUUID } from "node:crypto";
import {
  askingOf,
  asInferenceError,
  type End,
  endOf,
  type Inference,
  InferenceError,
  leftBy,
  type ModelInfo,
  modelOf,
  type PlannedTask,
  QueueEstimate,
  type ResultOf,
  Room,
  type SchedulerView,
  ServiceTimes,
  type SubmitOptions,
  type Task,
} from "../../inference/index.ts";
import type { BlobStore } from "../../blobs/blob-store.ts";
import type { Entry } from "../entry.ts";
import { sendPictures } from "../pictures.ts";
import { redisError } from "../redis/redis-error.ts";
import type { JobQueues } from "../redis/job-queues.ts";
import { ownQueue, sharedQueue } from "../redis/names.ts";
import type { RequestLog } from "../redis/request-log.ts";
import type { Submitted } from "../redis/request-records.ts";
import { encode } from "../redis/wire.ts";
import type { FollowedRequest } from "./followed-request.ts";
import type { Followers } from "./followers.ts";
import type { NodeOptions } from "./node-options.ts";
import { outcomeOf } from "./outcome.ts";
import { placeFor } from "./placement.ts";
import type { RollCall } from "./roll-call.ts";

/** Of a request that is no chat: for whoever asks about it once more. */
const TASK_KEEP_MS = 10_000;

export interface RemoteInferenceParts {
  readonly log: RequestLog;
  readonly queues: JobQueues;
  readonly followers: Followers;
  readonly roll: RollCall;
  readonly blobs: BlobStore;
  readonly options: NodeOptions;
}

/** Inference by workers on other machines: requests are written down in Redis, and what becomes of them is read there. */
export class RemoteInference implements Inference {
  readonly #parts: RemoteInferenceParts;
  readonly #room: Room;
  readonly #serviceTimes = new ServiceTimes();
  readonly #waits = new Map<string, QueueEstimate>();
  #isStopped = false;

  constructor(parts: RemoteInferenceParts) {
    this.#parts = parts;
    const { maxRequests, maxRequestBytes: maxBytes } = parts.options;
    this.#room = new Room({ maxRequests, maxBytes });
  }

  async submit<T extends Task>(task: T, options: SubmitOptions = {}): Promise<ResultOf<T>> {
    const { timeoutMs = this.#parts.options.timeoutMs } = options;
    const asking = askingOf(task, { ...options, timeoutMs });
    const refusal = this.#refusal(task) ?? this.#room.refuse(asking, performance.now());
    if (refusal !== undefined) throw refusal;
    const place = this.#room.enter(asking, performance.now());
    let end: End = "left";
    try {
      const result = await this.#run(task, { ...options, timeoutMs }, () => this.#room.began(place));
      end = endOf({ result });
      this.#serviceTimes.took(task, result, this.#parametersOf(modelOf(task)));
      return result;
    } catch (cause) {
      const error = redisError(cause);
      end = endOf({ error: asInferenceError(error) });
      throw error;
    } finally {
      this.#room.leave(place, end, performance.now());
    }
  }

  expectedMs(task: PlannedTask): number {
    return this.#serviceTimes.expectedMs(task, this.#parametersOf(task.model));
  }

  models(): readonly ModelInfo[] {
    return this.#parts.roll.models;
  }

  ready(): Promise<void> {
    return this.#parts.roll.ready();
  }

  scheduler(): Promise<SchedulerView> {
    return Promise.resolve(this.#parts.roll.view);
  }

  /** Takes nothing more; what runs is the workers'. */
  close(): Promise<void> {
    this.#isStopped = true;
    return Promise.resolve();
  }

  async #run<T extends Task>(task: T, options: RunOptions, onBegun: () => void): Promise<ResultOf<T>> {
    const { signal, onProgress, generation } = options;
    if (signal?.aborted === true) throw leftBy(signal);
    const id = generation?.id ?? randomUUID();
    const submitted = await this.#write(id, task, options);
    if (submitted.state === "full") throw tooManyChats(submitted.running);
    const { followers } = this.#parts;
    const [followed] = await Promise.all([followers.follow(id), this.#place(id, task, options, submitted)]);
    if (followed === undefined) throw new InferenceError("UNAVAILABLE", "The request is not known any more.");
    generation?.onKnown();
    followed.listen((progress) => {
      if (progress.type === "started") this.#started(followed);
      else onBegun();
      onProgress?.(progress);
    });
    return (await outcomeOf(this.#parts, followed, options)) as ResultOf<T>;
  }

  #started({ about: { model }, position, createdAt }: FollowedRequest): void {
    if (model === undefined) return;
    this.#waitsOf(model.name).waited({ waitedMs: performance.now() - createdAt, position });
  }

  async #write(id: string, task: Task, asked: RunOptions): Promise<Submitted> {
    const { log, blobs, options } = this.#parts;
    const { client = "", priority = "default", salt, timeoutMs, generation } = asked;
    const travelling = encode(await sendPictures(task, blobs));
    return log.submit({
      ...{ id, client, timeoutMs, maxChats: options.maxChats, task: travelling },
      fingerprint: generation?.fingerprint ?? "",
      kind: generation === undefined ? "task" : "chat",
      keepMs: generation === undefined ? TASK_KEEP_MS : options.retentionMs,
      // Whoever asks for anything else waits for it.
      graceMs: generation === undefined ? timeoutMs : options.graceMs,
      about: { asks: modelOf(task), priority, salt, model: generation?.model },
      first: generation === undefined ? undefined : await this.#queued(generation.model),
    });
  }

  async #queued({ name }: ModelInfo): Promise<Entry> {
    const { roll, queues } = this.#parts;
    const isFull = roll.members.every(({ jobs, slots }) => jobs >= slots);
    const position = isFull ? await queues.count(sharedQueue(name)) : 0;
    return { type: "queued", position, estimatedWaitMs: this.#waitsOf(name).estimate(position) };
  }

  /** Gives it to the worker that knows most of what is asked, or to all. */
  async #place(id: string, task: Task, { priority = "default" }: RunOptions, submitted: Submitted): Promise<void> {
    if (submitted.state !== "new") return;
    const { queues, roll } = this.#parts;
    const member = placeFor(task, roll.members);
    const model = modelOf(task);
    if (member !== undefined) roll.given(member);
    const queue = member === undefined ? sharedQueue(model) : ownQueue(model, member.id);
    await queues.add(queue, { id, priority, inFlight: submitted.inFlight });
  }

  #waitsOf(model: string): QueueEstimate {
    const waits = this.#waits.get(model) ?? new QueueEstimate();
    this.#waits.set(model, waits);
    return waits;
  }

  #refusal(task: Task): InferenceError | undefined {
    if (this.#isStopped) return new InferenceError("MODEL_UNAVAILABLE", "The server is stopping.");
    const model = modelOf(task);
    if (model === undefined) return undefined;
    const info = this.models().find(({ name }) => name === model);
    if (info === undefined) return new InferenceError("MODEL_UNAVAILABLE", `No worker serves ${model} now.`);
    if (info.state !== "FAILED") return undefined;
    return new InferenceError("MODEL_UNAVAILABLE", `${model} is not available: ${info.failure ?? "it failed"}`);
  }

  #parametersOf(model: string | undefined): number {
    return this.models().find(({ name }) => name === model)?.parameters ?? 0;
  }
}

type RunOptions = SubmitOptions & { readonly timeoutMs: number };

function tooManyChats(running: number): InferenceError {
  const message = `${running} chats run, as many as are taken. Try again later.`;
  return new InferenceError("OVERLOADED", message, { retryAfterMs: 1_000 });
}
