import type { Scheduler } from "../scheduling/scheduler.ts";
import type { ModelLoadView } from "../scheduler-view.ts";

/** A model's figures, for people. */
export function modelLoad(scheduler: Scheduler, model: string): ModelLoadView {
  const { requests, running, encoders, encodedImages, decoder, decodedTokens } = scheduler.view(model);
  const passes = [...encoders].map(([name, { passes, meanBatch }]) => [name, { passes, meanBatch }] as const);
  const encoderPasses = [...encoders.values()].reduce((sum, stats) => sum + stats.passes, 0);
  const encoderItems = [...encoders.values()].reduce((sum, stats) => sum + stats.items, 0);
  const decoderEntry =
    decoder === undefined ? [] : [["decoder", { passes: decoder.passes, meanBatch: decoder.meanBatch }] as const];
  return {
    model,
    queued: requests - running,
    running,
    meanEncodeBatch: encoderPasses === 0 ? 0 : encoderItems / encoderPasses,
    meanDecodeBatch: decoder?.meanBatch ?? 0,
    encodedImages,
    decodedTokens,
    networks: Object.fromEntries([...passes, ...decoderEntry]),
  };
}
