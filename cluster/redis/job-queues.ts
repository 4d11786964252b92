import { createHash } from "node:crypto";
import { type Job as BullJob, Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { Priority } from "../../inference/index.ts";
import { jobsChannel, PREFIX } from "./names.ts";

/** What a job says: everything else is in the request. */
export interface Job {
  readonly id: string;
}

/** BullMQ's queues of ours. */
export const bullPrefix = `${PREFIX}:jobs`;

/** Queues that are open at once; each listens to the connection. */
const MAX_OPEN = 128;

/** BullMQ's smallest number goes first. */
const CLASS = 2 ** 16;
const classes: Readonly<Record<Priority, number>> = { interactive: 0, default: 1, bulk: 2 };

/** Puts jobs into queues, each of which is opened once. */
export class JobQueues {
  readonly #redis: Redis;
  readonly #queues = new Map<string, Queue<Job>>();

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * Adds the job for a request; again, where it is there already, does nothing. In a class of priority, whoever has fewer
   * requests in flight goes first, so that a crowd stands behind a single one.
   */
  async add(queue: string, { id, priority, inFlight }: JobOrder): Promise<void> {
    const order = 1 + classes[priority] * CLASS + Math.min(CLASS - 1, inFlight);
    await this.#queue(queue).add("run", { id }, { ...kept, jobId: jobIdOf(id), priority: order });
    await this.#redis.publish(jobsChannel, queue);
  }

  /** Whether any of the queues has a job for the request, waiting or taken. */
  async haveJob(queues: readonly string[], id: string): Promise<boolean> {
    return (await this.#redis.exists(queues.map((queue) => `${bullPrefix}:${queue}:${jobIdOf(id)}`))) > 0;
  }

  /** Jobs that wait. */
  async count(queue: string): Promise<number> {
    return this.#queue(queue).getJobCountByTypes("wait", "prioritized");
  }

  /** Ids of requests whose jobs wait or are taken, by somebody who may be dead. */
  async all(queue: string): Promise<readonly string[]> {
    const jobs = await this.#queue(queue).getJobs(["wait", "prioritized", "active"]);
    // One may be gone by the time that it is read.
    return jobs.flatMap((job: BullJob<Job> | undefined) => job?.data.id ?? []);
  }

  /** Removes the queue with all that is in it. */
  async remove(queue: string): Promise<void> {
    await this.#queue(queue).obliterate({ force: true });
    this.#forget(queue);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#queues.values()].map((queue) => queue.close()));
  }

  #forget(name: string): void {
    const queue = this.#queues.get(name);
    this.#queues.delete(name);
    void queue?.close().catch(() => undefined);
  }

  /** Workers come and go, and each has queues of its own: those that were used the longest ago are closed. */
  #queue(name: string): Queue<Job> {
    const known = this.#queues.get(name);
    this.#queues.delete(name);
    const queue = known ?? this.#open(name);
    this.#queues.set(name, queue);
    const [oldest] = this.#queues.keys();
    if (this.#queues.size > MAX_OPEN && oldest !== undefined) this.#forget(oldest);
    return queue;
  }

  #open(name: string): Queue<Job> {
    const queue = new Queue<Job>(name, { connection: this.#redis, prefix: bullPrefix, skipWaitingForReady: true });
    // Whoever adds is told.
    queue.on("error", () => undefined);
    return queue;
  }
}

interface JobOrder extends Job {
  readonly priority: Priority;
  /** The client's requests, with this one. */
  readonly inFlight: number;
}

/** What became of it is in the request's log. */
const kept = { removeOnComplete: true, removeOnFail: true } as const;

/** Ids of requests may be anything that clients think of. */
function jobIdOf(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}
