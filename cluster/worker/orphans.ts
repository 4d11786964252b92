import type { Redis } from "ioredis";
import { callRoll, leave, type Roll } from "../redis/members.ts";
import type { JobQueues } from "../redis/job-queues.ts";
import { ownQueue, sharedQueue } from "../redis/names.ts";
import type { JobTaker } from "./job-taker.ts";

const EVERY_MS = 400;
/** Nodes may still believe a worker alive that has died, and give it jobs: so long it is looked after. */
const EMPTY_MS = 5_000;

export interface OrphansOptions {
  readonly redis: Redis;
  readonly queues: JobQueues;
  readonly workerId: string;
  /** Models whose jobs this worker takes; undefined stands for those that need none. */
  readonly models: () => readonly (string | undefined)[];
  readonly take: (queue: string) => JobTaker;
}

/** What is watched over of a dead worker. */
interface Orphaned {
  readonly takers: Map<string, JobTaker>;
  emptySince: number | undefined;
}

/** Takes over the jobs of workers that have died: those that they had, and those that waited for them alone. */
export class Orphans {
  readonly #options: OrphansOptions;
  readonly #orphaned = new Map<string, Orphaned>();
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;

  constructor(options: OrphansOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#orphaned.keys()].map((id) => this.#drop(id)));
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    // While Redis is away nobody can be told dead.
    await this.#takeOver().catch(() => undefined);
    this.#isLooking = false;
  }

  async #takeOver(): Promise<void> {
    const roll = await callRoll(this.#options.redis);
    for (const id of roll.dead) this.#adopt(id);
    await Promise.all([...this.#orphaned.keys()].map((id) => this.#lookAfter(id, roll)));
  }

  #adopt(id: string): void {
    if (id === this.#options.workerId) return;
    const orphaned = this.#orphaned.get(id) ?? { takers: new Map<string, JobTaker>(), emptySince: undefined };
    this.#orphaned.set(id, orphaned);
    for (const model of this.#options.models()) {
      const queue = ownQueue(model, id);
      if (!orphaned.takers.has(queue)) orphaned.takers.set(queue, this.#options.take(queue));
    }
  }

  /** One that is alive again looks after itself; one that has nothing left is forgotten. */
  async #lookAfter(id: string, { alive }: Roll): Promise<void> {
    if (alive.some((member) => member.id === id)) return this.#drop(id);
    const orphaned = this.#orphaned.get(id)!;
    const counts = await Promise.all([...orphaned.takers.keys()].map((queue) => this.#options.queues.countAll(queue)));
    const now = performance.now();
    orphaned.emptySince = counts.some((count) => count > 0) ? undefined : (orphaned.emptySince ?? now);
    if (orphaned.emptySince === undefined || now - orphaned.emptySince < EMPTY_MS) return;
    await leave(this.#options.redis, id);
    await this.#drop(id);
  }

  async #drop(id: string): Promise<void> {
    const takers = [...(this.#orphaned.get(id)?.takers.values() ?? [])];
    this.#orphaned.delete(id);
    await Promise.all(takers.map((taker) => taker.close()));
  }
}

/** All queues in which a job for a model may be. */
export function queuesOf(model: string | undefined, workers: readonly string[]): string[] {
  return [sharedQueue(model), ...workers.map((id) => ownQueue(model, id))];
}
