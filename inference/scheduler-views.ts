import type { SchedulerView, WorkerRestarts, WorkerView } from "./scheduler-view.ts";

/** How long to wait for figures that the worker may not be there to give. */
const TIMEOUT_MS = 2_000;

interface Question {
  readonly id: number;
  readonly answer: Promise<SchedulerView>;
  readonly resolve: (view: WorkerView) => void;
}

/**
 * Questions for a scheduler's figures: one at a time goes to the worker, whose answer is for all who ask meanwhile, however
 * many. Where none comes in time, because a pass takes long, the latest one serves.
 */
export class SchedulerViews {
  #question: Question | undefined;
  #latest: WorkerView | undefined;
  #restarts: WorkerRestarts = { deaths: 0, replacements: 0 };
  #nextId = 0;
  /** The first question that the worker can have been asked. */
  #firstOfWorker = 0;

  /** Asks by `send`; what `otherwise` gives is the answer where none comes in time, nor has come before. */
  ask(send: (id: number) => void, otherwise: () => WorkerView): Promise<SchedulerView> {
    if (this.#question !== undefined) return this.#question.answer;
    const { id, answer, resolve } = this.#newQuestion();
    const timer = setTimeout(() => resolve(this.#latest ?? otherwise()), TIMEOUT_MS).unref();
    send(id);
    return answer.finally(() => clearTimeout(timer));
  }

  /** Of a worker that does not answer now: what it told last. */
  silent(otherwise: () => WorkerView): SchedulerView {
    return this.of({ ...(this.#latest ?? otherwise()), state: "silent" });
  }

  answer(id: number, view: WorkerView): void {
    if (id < this.#firstOfWorker) return;
    this.#latest = view;
    if (this.#question?.id === id) this.#question.resolve(view);
  }

  /** There is another worker, or soon will be: what the one before has told, or would, says nothing of it. */
  restarted(cause: keyof WorkerRestarts): void {
    this.#restarts = { ...this.#restarts, [cause]: this.#restarts[cause] + 1 };
    this.#latest = undefined;
    this.#question = undefined;
    this.#firstOfWorker = this.#nextId;
  }

  /** What a worker tells, or is known without it, with what is known here. */
  of(view: WorkerView): SchedulerView {
    return { devices: [{ ...view, restarts: this.#restarts }] };
  }

  #newQuestion(): Question {
    let resolve: Question["resolve"] = () => undefined;
    const id = this.#nextId++;
    const answer = new Promise<WorkerView>((settle) => (resolve = settle)).then((view) => {
      if (this.#question?.id === id) this.#question = undefined;
      return this.of(view);
    });
    return (this.#question = { id, answer, resolve });
  }
}
