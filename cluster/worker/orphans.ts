import type { Redis } from "ioredis";
import type { Member } from "../member.ts";
import { callRoll, leave } from "../redis/members.ts";
import type { JobQueues } from "../redis/job-queues.ts";
import { ownQueue, sharedQueue } from "../redis/names.ts";

const EVERY_MS = 100;
/** Looks so far apart: Redis was away, or this worker, longer than a lease outlasts. */
const LATE_MS = 1_000;
/** All seem dead then: they are given so long to connect again, and to tell that they live. */
const SETTLING_MS = 700;
/** Nodes may still believe a worker alive that has died, and give it jobs: so long it is looked after. */
const AFTER_MS = 5_000;

export interface OrphansOptions {
  readonly redis: Redis;
  readonly queues: JobQueues;
  readonly workerId: string;
  /** Models that this worker serves; undefined stands for jobs that need none. */
  readonly models: () => readonly (string | undefined)[];
  readonly passOn: (id: string) => Promise<void>;
}

interface Missing {
  readonly since: number;
  readonly passedOn: Set<string>;
}

/**
 * Passes on the jobs of workers that have died: those that they had, and those that waited for them alone. Should one not
 * be dead after all, its runs are fenced as soon as others begin.
 */
export class Orphans {
  readonly #options: OrphansOptions;
  readonly #missing = new Map<string, Missing>();
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;
  #lookedAt = performance.now();
  /** Since when Redis has answered in time, and knew this worker alive. */
  #steadySince = performance.now();

  constructor(options: OrphansOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    // While Redis is away nobody can be told dead.
    await this.#callRoll().catch(() => undefined);
    this.#isLooking = false;
  }

  async #callRoll(): Promise<void> {
    const { alive, dead } = await callRoll(this.#options.redis);
    if (!this.#isSettled(alive)) this.#missing.clear();
    else await this.#missAll(dead);
  }

  async #missAll(dead: readonly string[]): Promise<void> {
    for (const id of this.#missing.keys()) if (!dead.includes(id)) this.#missing.delete(id);
    await Promise.all(dead.map((id) => this.#miss(id)));
  }

  /** Whether who seems dead is. */
  #isSettled(alive: readonly Member[]): boolean {
    const now = performance.now();
    const isSteady = now - this.#lookedAt < LATE_MS && alive.some(({ id }) => id === this.#options.workerId);
    this.#lookedAt = now;
    if (!isSteady) this.#steadySince = now;
    return now - this.#steadySince >= SETTLING_MS;
  }

  async #miss(id: string): Promise<void> {
    const missing = this.#missing.get(id) ?? { since: performance.now(), passedOn: new Set() };
    this.#missing.set(id, missing);
    await Promise.all(this.#options.models().map((model) => this.#passOn(ownQueue(model, id), missing)));
    if (performance.now() - missing.since > AFTER_MS) await this.#bury(id);
  }

  async #passOn(queue: string, { passedOn }: Missing): Promise<void> {
    const ids = (await this.#options.queues.all(queue)).filter((id) => !passedOn.has(id));
    for (const id of ids) passedOn.add(id);
    await Promise.all(ids.map((id) => this.#options.passOn(id)));
  }

  async #bury(id: string): Promise<void> {
    const { queues, redis, models } = this.#options;
    await Promise.all(models().map((model) => queues.remove(ownQueue(model, id))));
    await leave(redis, id);
    this.#missing.delete(id);
  }
}

/** All queues in which a job for a model may be. */
export function queuesOf(model: string | undefined, workers: readonly string[]): string[] {
  return [sharedQueue(model), ...workers.map((id) => ownQueue(model, id))];
}
