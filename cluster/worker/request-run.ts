import { randomUUID } from "node:crypto";
import {
  asInferenceError,
  type ChatProgress,
  type ChatResult,
  failedEvent,
  type Inference,
  InferenceError,
  type Task,
} from "../../inference/index.ts";
import type { BlobStore } from "../../blobs/blob-store.ts";
import { cancelledEntry, type Entry } from "../entry.ts";
import { fetchPictures } from "../pictures.ts";
import type { RequestLog } from "../redis/request-log.ts";
import type { Holding, Lost, Stand, Taken } from "../redis/request-records.ts";
import { decode } from "../redis/wire.ts";
import { LogWriter } from "./log-writer.ts";
import { nothing, type Prior, priorOf, resumedFrom } from "./prior.ts";

/** Nodes tell that somebody listens more often than this. */
const LISTENING_MS = 1_200;
/** Workers that may die over a request since it last came on, or have no room for it: what kills so many would kill the next. */
const MAX_DEATHS = 3;

export interface RequestRunParts {
  readonly workerId: string;
  readonly log: RequestLog;
  readonly blobs: BlobStore;
  readonly inference: Pick<Inference, "submit">;
  /** How long an ended request is kept, milliseconds. */
  readonly keepMs: (task: Task) => number;
  /** Whether other workers serve the model, too. */
  readonly hasOthers: (model: string) => Promise<boolean>;
  /** How often what computes here has died. */
  readonly numDeaths: () => number;
  /** Called where this worker has no room for a request that is given to another. */
  readonly onFull: () => void;
  readonly report: (cause: unknown) => string;
}

/** `lost`: another run has it, or nobody knows of it; `given back`: somebody else is to run it. */
export type RunEnd = "done" | "given back" | Lost;

/** Why a run is given up by those who watch over it. */
type GivenUp = "give back" | "unwatched" | Lost;

/** One worker's attempt at a request, begun at once: from what its log says to its end, written to the log as it comes. */
export class RequestRun {
  readonly holding: Holding;
  readonly end: Promise<RunEnd>;
  readonly #parts: RequestRunParts;
  readonly #giving = new AbortController();
  readonly #startedAt = performance.now();
  #taken: Taken | undefined;
  #writer: LogWriter | undefined;
  #given: GivenUp | undefined;
  #leftSince: number | undefined;
  /** When it last came on. */
  #numDeathsBefore: number;
  #isTooLarge = false;
  #said = 0;
  #promptTokens = 0;

  constructor(id: string, parts: RequestRunParts) {
    this.holding = { id, holder: `${parts.workerId} ${randomUUID()}` };
    this.#parts = parts;
    this.#numDeathsBefore = parts.numDeaths();
    this.end = this.#run();
  }

  /** The model that it needs, as soon as that is known. */
  get asks(): string | undefined {
    return this.#taken?.about.asks;
  }

  /** How it stands with the request, as the log tells: what is another's, or over, or nobody listens to, is given up. */
  check(stand: Stand): void {
    if (this.#taken === undefined) return;
    if (stand.state !== "ok") this.giveUp(stand.state);
    else if (this.#isLeft(stand.unwatchedMs, this.#taken)) this.giveUp("unwatched");
  }

  /** Where Redis itself was away, nobody could tell that they listen: they are given the time to. */
  #isLeft(unwatchedMs: number, { graceMs }: Taken): boolean {
    const now = performance.now();
    if (unwatchedMs <= Math.max(graceMs, LISTENING_MS)) this.#leftSince = undefined;
    else this.#leftSince ??= now;
    return this.#leftSince !== undefined && now - this.#leftSince >= LISTENING_MS;
  }

  /** Gives the device back; what has been said so far is written. */
  giveUp(why: GivenUp): void {
    this.#given ??= why;
    if (why !== "give back" && why !== "unwatched") this.#writer?.lose(why);
    this.#giving.abort(new InferenceError("CANCELLED", `The run is given up: ${why}.`));
  }

  async #run(): Promise<RunEnd> {
    const { log } = this.#parts;
    const taken = await log.take(this.holding);
    if (taken.state !== "taken") return taken.state;
    this.#taken = taken;
    const prior = taken.next === 0 ? nothing : priorOf((await log.read(this.holding.id, 0))?.entries ?? []);
    [this.#said, this.#promptTokens] = [prior.tokenIds.length, prior.promptTokens ?? 0];
    const task = decode(taken.task) as Task;
    const onLost = (why: Lost): void => this.giveUp(why);
    const { holding } = this;
    const writer = new LogWriter({ log, holding, next: taken.next, keepMs: this.#parts.keepMs(task), onLost });
    this.#writer = writer;
    const end = this.#endAlready(taken) ?? (await this.#compute(task, { taken, prior, writer }));
    if (end !== undefined) writer.write(end);
    await writer.written();
    if (writer.lost !== undefined) return writer.lost;
    if (end !== undefined) return "done";
    if (this.#given !== "give back") return this.#given === "ended" ? "ended" : "fenced";
    await log.release(holding, { hasFailed: this.#isTooLarge || this.#parts.numDeaths() > this.#numDeathsBefore });
    return "given back";
  }

  /** What needs no more computing. */
  #endAlready({ deaths, leftMs }: Taken): Entry | undefined {
    if (deaths >= MAX_DEATHS) return this.#failed(poison(deaths));
    if (leftMs <= 0) return this.#failed(new InferenceError("DEADLINE_EXCEEDED", "The request's time was over."));
    return undefined;
  }

  /** Undefined where it is given back, or another run goes on. */
  async #compute(task: Task, { taken, prior, writer }: Computing): Promise<Entry | undefined> {
    const { inference, blobs } = this.#parts;
    const { client, leftMs: timeoutMs } = taken;
    const { priority, salt } = taken.about;
    const { signal } = this.#giving;
    try {
      const fetched = await fetchPictures(task, blobs, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
      const resumed = fetched.kind === "chat" ? resumedFrom(fetched, prior) : fetched;
      const result = await inference.submit(resumed, {
        ...{ client, priority, salt, timeoutMs, signal },
        onProgress: (progress) => this.#progressed(progress, prior, writer),
      });
      if (task.kind !== "chat") return { type: "result", result };
      return this.#completed(result as ChatResult, taken);
    } catch (error) {
      if (this.#given === "unwatched") return this.#cancelled();
      if (this.#given === undefined && (await this.#isOthers(error, taken))) this.#given = "give back";
      return this.#given === undefined ? this.#failed(error) : undefined;
    }
  }

  /** What this worker cannot do, others may: each of some tries once what is too large for the next. */
  async #isOthers(error: unknown, { deaths, about: { asks } }: Taken): Promise<boolean> {
    const { code } = asInferenceError(error);
    this.#isTooLarge = code === "OVERLOADED" && deaths < MAX_DEATHS - 1;
    if (code !== "MODEL_UNAVAILABLE" && !this.#isTooLarge) return false;
    if (asks === undefined || !(await this.#parts.hasOthers(asks))) return false;
    if (this.#isTooLarge) this.#parts.onFull();
    return true;
  }

  #progressed(progress: ChatProgress, prior: Prior, writer: LogWriter): void {
    if (progress.type === "started") {
      this.#promptTokens = progress.promptTokens;
      if (prior.promptTokens === undefined) writer.write(progress);
      return;
    }
    this.#said += progress.tokenIds.length;
    this.#numDeathsBefore = this.#parts.numDeaths();
    writer.write({ type: "tokens", tokenIds: progress.tokenIds, text: progress.text });
  }

  #completed({ finishReason, tokens, promptTokens, reusedTokens, timing }: ChatResult, { ageMs }: Taken): Entry {
    const queueMs = timing.queueMs + ageMs;
    const whole = { ...timing, queueMs, totalMs: this.#totalMs };
    return { type: "completed", finishReason, tokens, promptTokens, reusedTokens, timing: whole };
  }

  #cancelled(): Entry {
    return cancelledEntry({ tokens: this.#said, promptTokens: this.#promptTokens, totalMs: this.#totalMs });
  }

  #failed(error: unknown): Entry {
    return failedEvent(error, this.#parts.report);
  }

  /** Since the request came, wherever that was. */
  get #totalMs(): number {
    return (this.#taken?.ageMs ?? 0) + performance.now() - this.#startedAt;
  }
}

interface Computing {
  readonly taken: Taken;
  readonly prior: Prior;
  readonly writer: LogWriter;
}

function poison(deaths: number): InferenceError {
  const message = `${deaths} workers died with this request, and none brought it on: it is given up.`;
  return new InferenceError("POISON", message);
}
