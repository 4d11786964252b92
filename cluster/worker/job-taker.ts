import { randomUUID } from "node:crypto";
import { type Job as BullJob, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { bullPrefix, type Job } from "../redis/job-queues.ts";
import type { Places } from "./places.ts";
import type { RunEnd } from "./request-run.ts";

/** A job whose worker has not said for so long that it lives is another's. */
const JOB_LEASE_MS = 1_500;
const RENEW_MS = 400;
/** How often it is looked for such jobs. */
const STALLED_MS = 200;
/** Bells may be lost. */
const LOOK_MS = 300;
/** What is to come of a job over which workers die is not decided here. */
const ANY_NUMBER = 1_000_000;

export interface JobTakerOptions {
  readonly redis: Redis;
  readonly queue: string;
  readonly places: Places;
  readonly mayTake: () => boolean;
  readonly run: (job: Job) => Promise<RunEnd>;
  /** Whether another worker has it, and lives: it may have come to two by two jobs. */
  readonly isElsewhere: (job: Job) => Promise<boolean>;
  /** Has a job that was given back done by somebody else; "wait": it goes back to this queue. */
  readonly passOn: (job: Job) => Promise<"passed on" | "wait">;
}

/**
 * Takes jobs out of one of BullMQ's queues, as many as there are places, and keeps them as long as it lives. BullMQ's own
 * loop would sleep for five to fifteen seconds wherever Redis was away; this one looks when a bell rings, and now and then.
 */
export class JobTaker {
  readonly #options: JobTakerOptions;
  readonly #worker: Worker<Job>;
  readonly #held = new Map<string, BullJob<Job>>();
  readonly #timers: readonly NodeJS.Timeout[];
  #isLooking = false;
  #isClosed = false;
  #isEnded = false;

  constructor(options: JobTakerOptions) {
    this.#options = options;
    this.#worker = new Worker<Job>(options.queue, null, {
      connection: options.redis,
      prefix: bullPrefix,
      autorun: false,
      lockDuration: JOB_LEASE_MS,
      stalledInterval: STALLED_MS,
      maxStalledCount: ANY_NUMBER,
    });
    // While Redis is away there is nothing to take, and nobody to tell it to.
    this.#worker.on("error", () => undefined);
    // No bell rings for one whose worker died.
    this.#worker.on("stalled", () => this.look());
    void this.#worker.startStalledCheckTimer().catch(() => undefined);
    this.#timers = [setInterval(() => this.look(), LOOK_MS), setInterval(() => this.#renew(), RENEW_MS)];
  }

  /** There may be something to take. */
  look(): void {
    if (!this.#isLooking) void this.#takeAll();
  }

  /** Takes no more; resolves when what it has is done or given back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#held.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await this.end();
  }

  /** Ends at once: what it has is another's as soon as its lease is over. */
  async end(): Promise<void> {
    [this.#isClosed, this.#isEnded] = [true, true];
    for (const timer of this.#timers) clearInterval(timer);
    await this.#worker.close(true);
  }

  async #takeAll(): Promise<void> {
    this.#isLooking = true;
    // Who could not be asked is asked again soon.
    while (await this.#takeOne().catch(() => false));
    this.#isLooking = false;
  }

  /** Whether there may be another. */
  async #takeOne(): Promise<boolean> {
    const { places, mayTake } = this.#options;
    if (this.#isClosed || !places.hasFree || !mayTake()) return false;
    places.take();
    const token = randomUUID();
    const job = await this.#worker.getNextJob(token, { block: false }).catch(() => undefined);
    if (job === undefined) places.leave();
    else void this.#process(job, token).finally(() => places.leave());
    return job !== undefined;
  }

  async #process(job: BullJob<Job>, token: string): Promise<void> {
    this.#held.set(token, job);
    try {
      await this.#run(job, token);
    } catch {
      // Whatever could not be told to Redis is found there as it was left: a lease runs out, and a log has its end.
    } finally {
      this.#held.delete(token);
    }
  }

  /** Whoever is fenced though nobody else has it, for Redis forgot that they took it, takes it again. */
  async #run(job: BullJob<Job>, token: string): Promise<void> {
    const { run, passOn } = this.#options;
    let end = await run(job.data);
    while (isOvertaken(end) && (await this.#isOurs(job, token))) end = await run(job.data);
    // What this one gave up at its end is not done.
    if (this.#isEnded) return;
    if (end === "given back" && (await passOn(job.data)) === "wait") await job.moveToWait(token);
    else await job.moveToCompleted(undefined, token, false);
  }

  async #isOurs(job: BullJob<Job>, token: string): Promise<boolean> {
    if (this.#isEnded || (await this.#options.isElsewhere(job.data))) return false;
    return renew(job, token);
  }

  #renew(): void {
    for (const [token, job] of this.#held) void renew(job, token);
  }
}

function isOvertaken(end: RunEnd): boolean {
  return end === "fenced" || end === "conflict";
}

/** Renews the lease of a job, if that is still its. */
async function renew(job: BullJob<Job>, token: string): Promise<boolean> {
  return (await job.extendLock(token, JOB_LEASE_MS).catch(() => 0)) === 1;
}
