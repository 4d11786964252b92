import { setTimeout as delay } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Job, JobQueues } from "../redis/job-queues.ts";
import { ownQueue, sharedQueue } from "../redis/names.ts";
import { JobTaker, type JobTakerOptions } from "./job-taker.ts";
import { Places } from "./places.ts";

export interface ModelTakersOptions extends Pick<JobTakerOptions, "isElsewhere"> {
  readonly redis: Redis;
  readonly workerId: string;
  /** Jobs at once, of all queues together. */
  readonly slots: number;
  /** Whether jobs for the model, or those that need none, are this worker's to run now. */
  readonly mayRun: (model: string | undefined) => boolean;
  readonly run: JobTakerOptions["run"];
  /** Gives a job to whoever has room. */
  readonly passOn: (job: Job) => Promise<void>;
}

/** Takes a worker's jobs, model by model: those that wait for it alone, and those for whoever has room. */
export class ModelTakers {
  readonly #options: ModelTakersOptions;
  readonly #places: Places;
  /** By the model's name; undefined stands for jobs that need none. */
  readonly #takers = new Map<string | undefined, { readonly own: JobTaker; readonly shared: JobTaker }>();
  readonly #byQueue = new Map<string, JobTaker>();

  constructor(options: ModelTakersOptions) {
    this.#options = options;
    this.#places = new Places(options.slots, () => this.#byQueue.forEach((taker) => taker.look()));
  }

  /** Models whose jobs are taken. */
  get models(): readonly (string | undefined)[] {
    return [...this.#takers.keys()];
  }

  /** Has a model's jobs taken, from now on. */
  serve(model: string | undefined): void {
    if (this.#takers.has(model)) return;
    const own = this.#take(model, ownQueue(model, this.#options.workerId), "passed on");
    this.#takers.set(model, { own, shared: this.#take(model, sharedQueue(model), "wait") });
  }

  /** There may be something in a queue. */
  look(queue: string): void {
    this.#byQueue.get(queue)?.look();
  }

  /** Takes no more of what others may have; resolves when what was taken of it is done or given back. */
  async closeShared(): Promise<void> {
    await Promise.all([...this.#takers.values()].map(({ shared }) => shared.close()));
  }

  /** The same for what waits for this worker alone. */
  async closeOwn(): Promise<void> {
    await Promise.all([...this.#takers.values()].map(({ own }) => own.close()));
  }

  /** Resolves when no job waits for this worker alone, or after so long. */
  async passed(queues: JobQueues, withinMs: number): Promise<void> {
    const own = this.models.map((model) => ownQueue(model, this.#options.workerId));
    const until = performance.now() + withinMs;
    const left = async (): Promise<boolean> =>
      (await Promise.all(own.map((queue) => queues.all(queue)))).some((jobs) => jobs.length > 0);
    while ((await left()) && performance.now() < until) await delay(20);
  }

  /** Ends at once: what it has is another's as soon as its lease is over. */
  async end(): Promise<void> {
    await Promise.all([...this.#byQueue.values()].map((taker) => taker.end()));
  }

  /** What waits for this worker alone is taken in any case: if it is not to run it, it is passed on. */
  #take(model: string | undefined, queue: string, passing: "passed on" | "wait"): JobTaker {
    const { redis, isElsewhere, mayRun, run, passOn } = this.#options;
    const taker = new JobTaker({
      ...{ redis, queue, places: this.#places, isElsewhere },
      mayTake: () => passing === "passed on" || mayRun(model),
      run: (job) => (mayRun(model) ? run(job) : Promise.resolve("given back")),
      passOn: async (job) => {
        if (passing === "passed on") await passOn(job);
        return passing;
      },
    });
    this.#byQueue.set(queue, taker);
    return taker;
  }
}
