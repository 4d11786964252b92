import { collectGarbage } from "../runtime/collect-garbage.ts";
import type { ModelRunner } from "../runtime/model-runner.ts";
import type { FromCompute } from "./compute-protocol.ts";

export interface WarmingUp {
  readonly runner: Pick<ModelRunner, "warmUpSteps">;
  /** Rows of a prompt that a pass takes at most. */
  readonly chunkRows: number;
  readonly post: (message: FromCompute) => void;
  /** Has something run on the device's thread when no request is there. */
  readonly enqueue: (step: () => Promise<void>) => void;
}

/**
 * Runs a loaded model's networks, requests before them, which would wait for a minute where the model is large, and tells
 * what the largest of their passes takes of memory, as one runs at a time. Where one cannot be run nothing is told:
 * requests will say what is wrong with it.
 */
export function warmUp(model: string, { runner, chunkRows, post, enqueue }: WarmingUp): void {
  const steps = runner.warmUpSteps(model, chunkRows);
  let activations: number | undefined = 0;
  for (const step of steps) {
    enqueue(async () => {
      const held = await step().catch(() => undefined);
      collectGarbage();
      activations = activations === undefined || held === undefined ? undefined : Math.max(activations, held);
    });
  }
  enqueue(async () => {
    if (activations !== undefined) post({ type: "measured", model, activations });
    return Promise.resolve();
  });
}
