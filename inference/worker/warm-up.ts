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
 * Runs a loaded model's networks once, requests before them, which would wait for a minute where the model is large, and
 * tells what their passes take of memory. One that cannot be run tells nothing: requests will say what is wrong with it.
 */
export function warmUp(model: string, { runner, chunkRows, post, enqueue }: WarmingUp): void {
  const steps = runner.warmUpSteps(model, chunkRows);
  let activations: number | undefined = 0;
  for (const step of steps) {
    enqueue(async () => {
      const growth = await step().catch(() => undefined);
      activations = activations === undefined || growth === undefined ? undefined : activations + growth;
    });
  }
  enqueue(async () => {
    if (activations !== undefined) post({ type: "measured", model, activations });
    return Promise.resolve();
  });
}
