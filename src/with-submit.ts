import type { Inference } from "../inference/index.ts";

/** An inference that takes tasks in another way, and else does as the given one does. */
export function withSubmit(inference: Inference, submit: Inference["submit"]): Inference {
  return {
    submit,
    expectedMs: (task) => inference.expectedMs(task),
    models: () => inference.models(),
    ready: () => inference.ready(),
    scheduler: () => inference.scheduler(),
    close: () => inference.close(),
  };
}
