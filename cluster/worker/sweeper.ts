import type { Redis } from "ioredis";
import { failedEvent, InferenceError } from "../../inference/index.ts";
import { PREFIX, sharedQueue, workersKey } from "../redis/names.ts";
import type { JobQueues } from "../redis/job-queues.ts";
import type { RequestLog } from "../redis/request-log.ts";
import type { ReadLog } from "../redis/request-records.ts";
import { queuesOf } from "./orphans.ts";

const EVERY_MS = 2_000;
/** Whoever writes a request down adds its job next; whoever has it knows its deadline. */
const SETTLED_MS = 2_000;
/** How long what ran out of its time can be read. */
const KEEP_MS = 60_000;

export interface SweeperOptions {
  readonly redis: Redis;
  readonly log: RequestLog;
  readonly queues: JobQueues;
}

/**
 * Finds requests that nobody goes on with, because a node died between writing one down and adding its job, or Redis lost
 * its last second: they get a job again, or their end where their time is over. One worker looks for all.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #timer: NodeJS.Timeout;

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.sweep().catch(() => undefined), EVERY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async sweep(): Promise<void> {
    const { redis, log } = this.#options;
    if ((await redis.set(`${PREFIX}:sweeper`, "", "PX", EVERY_MS / 2, "NX")) === null) return;
    const [ids, workers] = await Promise.all([log.open(), redis.smembers(workersKey)]);
    for (const id of ids) {
      const read = await log.read(id, Number.MAX_SAFE_INTEGER - 1);
      if (read === undefined) await log.forget(id);
      else if (!read.isEnded && read.ageMs > SETTLED_MS) await this.#mend(id, read, workers);
    }
  }

  async #mend(id: string, { next, leftMs, about }: ReadLog, workers: readonly string[]): Promise<void> {
    const { log, queues } = this.#options;
    if (leftMs < -SETTLED_MS) {
      const late = new InferenceError(
        "DEADLINE_EXCEEDED",
        "The request's time was over before any worker had done it.",
      );
      await log.finish(
        id,
        next,
        failedEvent(late, () => ""),
        KEEP_MS,
      );
    } else if (!(await queues.haveJob(queuesOf(about.asks, workers), id))) {
      await queues.add(sharedQueue(about.asks), { id, priority: about.priority, inFlight: 1 });
    }
  }
}
