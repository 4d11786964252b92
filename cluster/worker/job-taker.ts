import { type Job as BullJob, WaitingError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { bullPrefix, type Job } from "../redis/job-queues.ts";
import type { RunEnd } from "./request-run.ts";

/** A job whose worker has not said for so long that it lives is another's. */
export const JOB_LEASE_MS = 1_500;
const RENEW_MS = 400;
/** How often it is looked for such jobs. */
const STALLED_MS = 400;
/** What is to come of a job over which workers die is not decided here. */
const ANY_NUMBER = 1_000_000;

export interface JobTakerOptions {
  readonly redis: Redis;
  readonly queue: string;
  /** Jobs that are taken at once. */
  readonly slots: number;
  readonly run: (job: Job) => Promise<RunEnd>;
  /** Has a job that was given back done by somebody else; "wait": it goes back to this queue. */
  readonly passOn: (job: Job) => Promise<"passed on" | "wait">;
  readonly report: (problem: string) => void;
}

/** Takes jobs out of a queue, as many as there is room for, and keeps them as long as it lives. */
export class JobTaker {
  readonly #options: JobTakerOptions;
  readonly #worker: Worker<Job>;

  constructor(options: JobTakerOptions) {
    this.#options = options;
    const { redis, queue, slots, report } = options;
    this.#worker = new Worker<Job>(queue, (job, token) => this.#process(job, token ?? ""), {
      connection: redis,
      prefix: bullPrefix,
      concurrency: slots,
      lockDuration: JOB_LEASE_MS,
      lockRenewTime: RENEW_MS,
      stalledInterval: STALLED_MS,
      maxStalledCount: ANY_NUMBER,
      drainDelay: 1,
    });
    this.#worker.on("error", (error) => report(`Jobs of ${queue}: ${error.message}`));
  }

  /** Takes no more; resolves when what it has is done or given back. */
  async close(): Promise<void> {
    await this.#worker.close();
  }

  /** Ends at once: what it has is another's as soon as its lease is over. */
  async end(): Promise<void> {
    await this.#worker.close(true);
  }

  /** Whoever is fenced though the job is still theirs, for Redis forgot that they took it, takes it again. */
  async #process(job: BullJob<Job>, token: string): Promise<void> {
    let end = await this.#options.run(job.data);
    while (isOvertaken(end) && (await isOurs(job, token))) end = await this.#options.run(job.data);
    if (isOvertaken(end)) throw new Error("another worker has it");
    if (end !== "given back" || (await this.#options.passOn(job.data)) === "passed on") return;
    await job.moveToWait(token);
    throw new WaitingError();
  }
}

function isOvertaken(end: RunEnd): boolean {
  return end === "fenced" || end === "conflict";
}

async function isOurs(job: BullJob<Job>, token: string): Promise<boolean> {
  return (await job.extendLock(token, JOB_LEASE_MS).catch(() => 0)) === 1;
}
