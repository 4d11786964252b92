import type { EncoderFigures, ModelFigures, PassFigures } from "../scheduling/figures.ts";
import type { Scheduler } from "../scheduling/scheduler.ts";
import type { ModelLoadView, NetworkView, PassView } from "../scheduler-view.ts";

/** A model's figures, for people. */
export function modelLoad(scheduler: Scheduler, model: string): ModelLoadView {
  const { waiting, running, encoders, decoder, passes, ...figures } = scheduler.view(model);
  const { encodedImages, decodedTokens, generations, sharedGenerations, keptRows, promptRows, reusedRows } = figures;
  return {
    model,
    queued: waiting,
    running,
    meanEncodeBatch: meanBatch(encoders),
    meanDecodeBatch: decoder?.meanBatch ?? 0,
    encodedImages,
    decodedTokens,
    generations,
    sharedGenerations,
    keptRows,
    promptRows,
    reusedRows,
    networks: networksOf({ encoders, decoder }),
    passes: passes.map(passView),
  };
}

function meanBatch(encoders: readonly EncoderFigures[]): number {
  const passes = encoders.reduce((sum, { stats }) => sum + stats.passes, 0);
  const items = encoders.reduce((sum, { stats }) => sum + stats.items, 0);
  return passes === 0 ? 0 : items / passes;
}

function networksOf({ encoders, decoder }: Pick<ModelFigures, "encoders" | "decoder">): Record<string, NetworkView> {
  const entries = encoders.map(({ network, stats: { passes, meanBatch }, fit }): [string, NetworkView] => [
    network,
    { passes, meanBatch, fit: fit && { msPerItem: fit.a, msPerPass: fit.b } },
  ]);
  if (decoder === undefined) return Object.fromEntries(entries);
  const { passes, meanBatch } = decoder;
  return { ...Object.fromEntries(entries), decoder: { passes, meanBatch, fit: undefined } };
}

function passView({ network, kind, stats }: PassFigures): PassView {
  return { network, kind, sizes: stats.sizes.view, ms: stats.ms.view };
}
