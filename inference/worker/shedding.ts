import type { EngineOptions } from "../engine.ts";
import { asInferenceError, InferenceError } from "../errors.ts";
import { collectGarbage } from "../runtime/collect-garbage.ts";
import type { ModelRunner } from "../runtime/model-runner.ts";
import { isOutOfMemory } from "../runtime/out-of-memory.ts";
import type { EncoderBatch } from "../scheduling/batch.ts";
import type { FeatureCache } from "../scheduling/feature-cache.ts";
import type { CallOutputs } from "../scheduling/program.ts";
import type { Scheduler } from "../scheduling/scheduler.ts";

type Runner = EngineOptions["runner"];

/** By then others may have ended. */
const RETRY_AFTER_MS = 1_000;

export interface Sheddable {
  readonly scheduler: Pick<Scheduler, "shed" | "settle" | "lost">;
  readonly runner: Pick<ModelRunner, "drop" | "prepare">;
  readonly cache: Pick<FeatureCache, "clear">;
}

/** Gives back the memory of all that can be computed again: features, rows that are kept, slots that nobody uses. */
export function shed({ scheduler, runner, cache }: Sheddable): void {
  cache.clear();
  for (const [model, prefixes] of scheduler.shed()) runner.drop(model, prefixes);
  for (const update of scheduler.settle()) {
    try {
      runner.prepare(update);
    } catch (error) {
      scheduler.lost(update.model, asInferenceError(error));
    }
  }
  collectGarbage();
}

/**
 * A runner that tries a pass once more where memory runs out, after `makeRoom`: an encoder's by halves. What fails again
 * fails with OVERLOADED. What a pass needs memory for comes before its results are observed, so none is observed twice.
 */
export function sheddingRunner(runner: Runner, makeRoom: () => void): Runner {
  return {
    encode: (batch) =>
      twice(
        () => runner.encode(batch),
        makeRoom,
        () => encodeByHalves(runner, batch),
      ),
    decode: (batch) => twice(() => runner.decode(batch), makeRoom),
    prepare: (update) => {
      try {
        runner.prepare(update);
      } catch (error) {
        if (!isOutOfMemory(error)) throw error;
        // A cache that has grown by half cannot go back: those who count on it fail.
        makeRoom();
        throw outOfMemory(error);
      }
    },
    reclaim: (model, keptRows) => runner.reclaim(model, keptRows),
  };
}

/** Runs something, and where memory runs out once `again`, after `makeRoom`. */
export async function twice<T>(run: () => Promise<T>, makeRoom: () => void, again = run): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
  }
  makeRoom();
  return again().catch((error: unknown) => {
    throw isOutOfMemory(error) ? outOfMemory(error) : error;
  });
}

/** From its beginning, and each half to its end. */
async function encodeByHalves(runner: Runner, batch: EncoderBatch): Promise<CallOutputs[]> {
  const { items } = batch;
  const half = Math.ceil(items.length / 2);
  const first = await encodeWhole(runner, { ...batch, items: items.slice(0, half) });
  return half === items.length
    ? first
    : [...first, ...(await encodeWhole(runner, { ...batch, items: items.slice(half) }))];
}

async function encodeWhole(runner: Runner, batch: EncoderBatch): Promise<CallOutputs[]> {
  for (;;) {
    const outputs = await runner.encode(batch);
    if (outputs !== "paused") return outputs;
  }
}

function outOfMemory(cause: unknown): InferenceError {
  const message = "There is not enough memory for this beside what runs. Try again later, or ask for less at once.";
  return new InferenceError("OVERLOADED", message, { retryAfterMs: RETRY_AFTER_MS, cause });
}
