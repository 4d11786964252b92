import type {
  Inference,
  ModelInfo,
  PlannedTask,
  ResultOf,
  SchedulerView,
  SubmitOptions,
  Task,
} from "../inference/index.ts";

/** Several engines as one: a task is done by the first that has its model, and by the first of all where it needs none. */
export class JoinedInference implements Inference {
  readonly #engines: readonly [Inference, ...Inference[]];

  constructor(engines: readonly [Inference, ...Inference[]]) {
    this.#engines = engines;
  }

  submit<T extends Task>(task: T, options?: SubmitOptions): Promise<ResultOf<T>> {
    return this.#engineOf(task).submit(task, options);
  }

  expectedMs(task: PlannedTask): number {
    return this.#engineOf(task).expectedMs(task);
  }

  models(): readonly ModelInfo[] {
    return this.#engines.flatMap((engine) => engine.models());
  }

  async ready(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.ready()));
  }

  async scheduler(): Promise<SchedulerView> {
    const views = await Promise.all(this.#engines.map((engine) => engine.scheduler()));
    return { devices: views.flatMap(({ devices }) => devices) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.close()));
  }

  #engineOf(task: Task | PlannedTask): Inference {
    const has = (engine: Inference): boolean =>
      "model" in task && engine.models().some(({ name }) => name === task.model);
    return this.#engines.find(has) ?? this.#engines[0];
  }
}
