import { setTimeout as delay } from "node:timers/promises";
import type { Inference, Task } from "../../inference/index.ts";
import type { BlobStore } from "../../blobs/blob-store.ts";
import { isServed, type Member, numDeathsOf, silentOf } from "../member.ts";
import type { Connections } from "../redis/connection.ts";
import { type Job, JobQueues } from "../redis/job-queues.ts";
import { leave, tell } from "../redis/members.ts";
import { endedChannel, jobsChannel, sharedQueue } from "../redis/names.ts";
import { RequestLog } from "../redis/request-log.ts";
import { ModelTakers } from "./model-takers.ts";
import { type Others, othersThan } from "./others.ts";
import { Orphans } from "./orphans.ts";
import { type RunEnd, RequestRun } from "./request-run.ts";
import { Suitability } from "./suitability.ts";
import { Sweeper } from "./sweeper.ts";

/** How often it tells that it lives: several times within its lease. */
const TELL_MS = 300;
/** How often it is looked whether runs are still this worker's, and whether somebody listens to them. */
const WATCH_MS = 500;
/** Of an ended chat, and of any other request, which nobody else asks for. */
const KEEP_MS = { chat: 600_000, task: 10_000 };
/** Until every server has heard that a worker drains, and gives it nothing more. */
const HEARD_MS = 700;
/** Until the jobs that wait for this worker alone are others'. */
const PASSING_MS = 5_000;

export interface WorkerNodeOptions {
  /** Unlike every other worker's, that ever was. */
  readonly id: string;
  readonly inference: Inference;
  readonly connections: Connections;
  readonly blobs: BlobStore;
  /** Jobs that it takes at once. */
  readonly slots: number;
  readonly chatKeepMs?: number;
  /** Told of what people should know. */
  readonly log: (message: string) => void;
  /** Told of what should not have happened; answers the id under which the log has it. */
  readonly report: (cause: unknown) => string;
}

/** A worker of many: takes jobs for the models that it serves, and writes what becomes of them to their logs. */
export class WorkerNode {
  readonly #options: WorkerNodeOptions;
  readonly #log: RequestLog;
  readonly #queues: JobQueues;
  readonly #redis;
  readonly #runs = new Map<string, RequestRun>();
  readonly #suitability: Suitability;
  readonly #takers: ModelTakers;
  readonly #orphans: Orphans;
  readonly #sweeper: Sweeper;
  readonly #timers: readonly NodeJS.Timeout[];
  #state: Member["state"] = "serving";
  #draining: Promise<void> | undefined;
  #isLoaded = false;
  #devices: Member["devices"] = [];

  constructor(options: WorkerNodeOptions) {
    this.#options = options;
    this.#redis = options.connections.patient();
    this.#log = new RequestLog(this.#redis);
    this.#queues = new JobQueues(this.#redis);
    const parts = { redis: this.#redis, queues: this.#queues, log: this.#log, workerId: options.id };
    this.#suitability = new Suitability(options.inference);
    this.#takers = new ModelTakers({
      ...{ redis: this.#redis, workerId: options.id, slots: options.slots },
      mayRun: (model) => this.#mayRun(model),
      run: (job) => this.#run(job),
      isElsewhere: ({ id }) => this.#log.isHeldElsewhere(id, options.id),
      passOn: (job) => this.#passOn(job),
    });
    this.#orphans = new Orphans({ ...parts, models: () => this.#takers.models, passOn: (id) => this.#passOn({ id }) });
    this.#sweeper = new Sweeper(parts);
    this.#timers = [every(TELL_MS, () => this.#tell()), every(WATCH_MS, () => this.#watch())];
    options.connections.bells.on("message", (channel: string, what: string) => {
      if (channel === endedChannel) this.#runs.get(what)?.giveUp("ended");
      if (channel === jobsChannel) this.#takers.look(what);
    });
    void options.connections.bells.subscribe(endedChannel, jobsChannel);
    void options.inference.ready().then(() => (this.#isLoaded = true));
    this.#takers.serve(undefined);
    void this.#tell().catch(() => undefined);
  }

  /** Whether it takes nothing more. */
  get isDraining(): boolean {
    return this.#state === "draining";
  }

  /** Requests that it runs. */
  get numRunning(): number {
    return this.#runs.size;
  }

  /**
   * Takes nothing more. What runs is given to others at once, if there are any who serve its models; else it may end within
   * the grace, and waits after that for a worker to come.
   */
  drain(graceMs: number): Promise<void> {
    this.#draining ??= this.#drain(graceMs);
    return this.#draining;
  }

  async #drain(graceMs: number): Promise<void> {
    this.#state = "draining";
    await this.#tell().catch(() => undefined);
    const closing = this.#takers.closeShared();
    if (!(await this.#hasSuccessor())) await this.#idle(graceMs);
    for (const run of this.#runs.values()) run.giveUp("give back");
    await Promise.all([closing, delay(HEARD_MS)]);
    await this.#takers.passed(this.#queues, PASSING_MS);
    await this.#takers.closeOwn();
    await leave(this.#redis, this.#options.id);
    await this.close();
  }

  /** Ends at once: others find what it had. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#sweeper.close();
    await this.#takers.end();
    for (const run of this.#runs.values()) run.giveUp("fenced");
    this.#orphans.close();
    await this.#queues.close();
  }

  async #tell(): Promise<void> {
    const { id, slots, inference } = this.#options;
    const models = inference.models();
    if (this.#state === "serving") for (const { name } of models.filter(isServed)) this.#takers.serve(name);
    // Its answer may have to wait for the end of a pass.
    void inference.scheduler().then(({ devices }) => (this.#devices = devices));
    const [devices, jobs] = [this.#devices, this.#runs.size];
    await tell(this.#redis, { id, state: this.#state, models, isLoaded: this.#isLoaded, jobs, slots, devices });
    this.#suitability.heard(await this.#askOthers(), silentOf(devices));
    this.#handOver();
  }

  #handOver(): void {
    for (const run of this.#runs.values()) if (this.#suitability.isBetterElsewhere(run.asks)) run.giveUp("give back");
  }

  #mayRun(model: string | undefined): boolean {
    return this.#state === "serving" && this.#suitability.mayRun(model, performance.now());
  }

  /** One run for each request: whoever comes by another job waits for its end. */
  async #run({ id }: Job): Promise<RunEnd> {
    const known = this.#runs.get(id);
    if (known !== undefined) return known.end;
    const { id: workerId, blobs, inference, report, chatKeepMs = KEEP_MS.chat } = this.#options;
    const keepMs = ({ kind }: Task): number => (kind === "chat" ? chatKeepMs : KEEP_MS.task);
    const hasOthers = async (model: string): Promise<boolean> => (await this.#askOthers()).serving.has(model);
    const parts = { workerId, log: this.#log, blobs, inference, keepMs, hasOthers, report };
    const onFull = (): void => this.#suitability.wasFull(performance.now());
    const run = new RequestRun(id, { ...parts, onFull, numDeaths: () => numDeathsOf(this.#devices) });
    this.#runs.set(id, run);
    return run.end.finally(() => this.#runs.delete(id));
  }

  async #passOn({ id }: Job): Promise<void> {
    const read = await this.#log.read(id, Number.MAX_SAFE_INTEGER - 1);
    if (read === undefined || read.isEnded) return;
    const { asks, priority } = read.about;
    await this.#queues.add(sharedQueue(asks), { id, priority, inFlight: 1 });
  }

  /** A bell may be lost; and where nobody listens any more, there is none. */
  async #watch(): Promise<void> {
    await Promise.all([...this.#runs.values()].map(async (run) => run.check(await this.#log.stand(run.holding))));
  }

  /** Whether there is somebody else for all that this worker serves. */
  async #hasSuccessor(): Promise<boolean> {
    const { serving } = await this.#askOthers();
    return this.#options.inference.models().every((info) => !isServed(info) || serving.has(info.name));
  }

  #askOthers(): Promise<Others> {
    return othersThan(this.#options.id, this.#redis);
  }

  async #idle(graceMs: number): Promise<void> {
    const until = performance.now() + graceMs;
    while (this.#runs.size > 0 && performance.now() < until) await delay(50);
  }
}

/** While Redis is away there is nothing to do. */
function every(ms: number, act: () => Promise<void>): NodeJS.Timeout {
  return setInterval(() => void act().catch(() => undefined), ms);
}
