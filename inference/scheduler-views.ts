import type { SchedulerView } from "./scheduler-view.ts";

/** How long to wait for figures that the worker may not be there to give. */
const TIMEOUT_MS = 2_000;

/** Questions for a scheduler's figures that a worker has not answered yet. */
export class SchedulerViews {
  readonly #waiting = new Map<number, (view: SchedulerView) => void>();
  #nextId = 0;

  /** Asks by `send`; what `otherwise` gives is the answer where none comes in time. */
  ask(send: (id: number) => void, otherwise: () => SchedulerView): Promise<SchedulerView> {
    const id = this.#nextId++;
    const answer = new Promise<SchedulerView>((resolve) => {
      this.#waiting.set(id, resolve);
      setTimeout(() => resolve(otherwise()), TIMEOUT_MS).unref();
    });
    send(id);
    return answer.finally(() => this.#waiting.delete(id));
  }

  answer(id: number, view: SchedulerView): void {
    this.#waiting.get(id)?.(view);
  }
}
