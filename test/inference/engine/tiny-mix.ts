import fc from "fast-check";
import assert from "node:assert/strict";
import type { EngineOptions } from "../../../inference/engine.ts";
import type { ModelRunner } from "../../../inference/runtime/model-runner.ts";
import type {
  CallOutputs,
  Generation,
  Program,
  ProgramOutcome,
  Strategy,
} from "../../../inference/scheduling/program.ts";
import type { DecoderBatch } from "../../../inference/scheduling/batch.ts";
import type { Finished } from "../../../inference/scheduling/request.ts";
import type { Scheduler } from "../../../inference/scheduling/scheduler.ts";
import { play, type PlayedRequest } from "./play.ts";
import type { TinyLimits } from "./tiny-models.ts";

/** Mixes of requests to real graphs, each of which must get what it gets alone. */

const ROOMY = {
  maxSequences: 8,
  maxCachedRows: 2000,
  maxKeptRows: 0,
  maxRowsPerPass: 64,
  maxBatch: 8,
  featureCacheBytes: 1e6,
};

const length = {
  maxTokens: fc.integer({ min: 1, max: 8 }),
  minTokens: fc.constantFrom(0, 0, 3),
  repetitionPenalty: fc.constantFrom(1, 1, 1.3),
};

/** `tokenId` draws what choices are made of. */
export const strategyOver = (tokenId: fc.Arbitrary<number>): fc.Arbitrary<Strategy> =>
  fc.oneof(
    fc.record({ kind: fc.constant("sample" as const), sampling: fc.constant({ kind: "greedy" as const }), ...length }),
    fc.record({
      kind: fc.constant("sample" as const),
      sampling: fc.record({
        kind: fc.constant("random" as const),
        temperature: fc.constantFrom(0.7, 1),
        topK: fc.constantFrom(50, Infinity),
        topP: fc.constantFrom(0.9, 1),
        seed: fc.nat(),
      }),
      ...length,
    }),
    fc.record({
      kind: fc.constant("beam" as const),
      beams: fc.integer({ min: 2, max: 4 }),
      lengthPenalty: fc.constantFrom(-1, 1),
      earlyStopping: fc.boolean(),
      ...length,
    }),
    fc.record({
      kind: fc.constant("rank" as const),
      choices: fc.array(fc.array(tokenId, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
      candidates: fc.integer({ min: 1, max: 6 }),
    }),
  );

/** When a request comes, within so many passes, and whether and when it is given up. */
export const visit = (passes: number) => ({
  at: fc.nat(passes),
  streams: fc.constant(false),
  cancelAt: fc.option(fc.nat(passes + 8), { nil: undefined, freq: 8 }),
  endAfter: fc.constant(undefined),
});

export const requestOf = (program: fc.Arbitrary<Program>): fc.Arbitrary<PlayedRequest> =>
  fc.record({
    program,
    ...visit(12),
  });

export const limits: fc.Arbitrary<TinyLimits> = fc.record({
  maxSequences: fc.integer({ min: 1, max: 6 }),
  maxCachedRows: fc.integer({ min: 100, max: 500 }),
  maxKeptRows: fc.constant(0),
  maxRowsPerPass: fc.integer({ min: 1, max: 32 }),
  mixes: fc.boolean(),
  maxBatch: fc.integer({ min: 1, max: 4 }),
  featureCacheBytes: fc.constantFrom(0, 20_000, 1e6),
});

/** Models as they are loaded, and what schedules them. */
export interface TinyStage {
  readonly runner: ModelRunner;
  readonly scheduler: (limits: TinyLimits) => Scheduler;
}

/** What was done of a mix, all in all. */
export interface Done {
  readonly reusedRows: number;
  readonly mixedPasses: number;
}

/** Throws where one gets something else. */
export async function sameAsAlone(
  stage: TinyStage,
  bounds: TinyLimits,
  requests: readonly PlayedRequest[],
): Promise<Done> {
  const { runner, scheduler } = stage;
  let mixedPasses = 0;
  const decode = (batch: DecoderBatch): Promise<void> => {
    mixedPasses += batch.pass === "mixed" ? 1 : 0;
    return runner.decode(batch);
  };
  const counting: EngineOptions["runner"] = {
    decode,
    encode: (batch) => runner.encode(batch),
    prepare: (update) => runner.prepare(update),
    reclaim: (model, keptRows) => runner.reclaim(model, keptRows),
  };
  const { finished } = await play({ runner: counting, scheduler: scheduler(bounds), requests, msOfRow: 0.05 });
  // What is kept is known to this scheduler only.
  runner.clearCaches();
  for (const [i, asked] of requests.entries()) {
    const end = finished.get(i);
    assert(end !== undefined || asked.cancelAt !== undefined, `${i} never ended`);
    if (end !== undefined) assertSame(outcomeOf(end), await alone(stage, asked.program));
  }
  const reused = [...finished.values()].map((end) => ("usage" in end ? end.usage.reusedRows : 0));
  return { mixedPasses, reusedRows: reused.reduce((sum, rows) => sum + rows, 0) };
}

async function alone({ runner, scheduler }: TinyStage, program: Program): Promise<ProgramOutcome> {
  const request = { program, at: 0, streams: false, cancelAt: undefined, endAfter: undefined };
  const { finished } = await play({ runner, scheduler: scheduler(ROOMY), requests: [request] });
  return outcomeOf(finished.get(0)!);
}

function outcomeOf(end: Finished): ProgramOutcome {
  if ("error" in end) throw end.error;
  return end.outcome;
}

function assertSame(mixed: ProgramOutcome, single: ProgramOutcome): void {
  assert.deepEqual(mixed.generation?.tokenIds, single.generation?.tokenIds);
  assert.deepEqual(mixed.generation?.finishReason, single.generation?.finishReason);
  assertScoresNear(mixed.generation, single.generation);
  mixed.outputs.forEach((outputs, i) => assertOutputsNear(outputs, single.outputs[i]!));
}

function assertScoresNear(mixed: Generation | undefined, single: Generation | undefined): void {
  mixed?.choiceScores?.forEach((score, i) => {
    const expected = single!.choiceScores![i];
    assert.equal(score === undefined, expected === undefined);
    assertNear(score ?? 0, expected ?? 0);
  });
}

/** What does not depend on a text's padding: logits and vectors. */
function assertOutputsNear(mixed: CallOutputs, single: CallOutputs): void {
  for (const name of ["itm_logits", "image_embedding", "text_embedding"]) {
    mixed[name]?.data.forEach((value, i) => assertNear(Number(value), Number(single[name]!.data[i])));
  }
}

function assertNear(actual: number, expected: number): void {
  assert(Math.abs(actual - expected) <= 1e-5 * Math.max(1, Math.abs(expected)), `${actual} is not ${expected}`);
}
