import fc from "fast-check";
import type { DecodeSpec, EncoderCall, Program, Strategy } from "../../../inference/scheduling/program.ts";
import { float32, int64 } from "../../../inference/tensor.ts";
import { EOS, VOCABULARY } from "./fake-model.ts";
import type { Seen } from "./naive-model.ts";
import type { PlayedRequest } from "./play.ts";

/** A request of the fake models. */
export interface Asked extends Omit<PlayedRequest, "program"> {
  /** What the seeing model sees; without, the blind one is asked. */
  readonly sees: Seen | undefined;
  readonly spec: Omit<DecodeSpec, "memory">;
}

export interface Mix {
  readonly requests: readonly Asked[];
  readonly limits: { readonly maxSequences: number; readonly maxCachedRows: number; readonly maxRowsPerPass: number };
  readonly maxBatch: number;
  readonly featureCacheBytes: number;
}

const tokenId = fc.integer({ min: 2, max: VOCABULARY - 1 });
const length = {
  maxTokens: fc.integer({ min: 1, max: 8 }),
  minTokens: fc.nat(4),
  repetitionPenalty: fc.constantFrom(1, 1, 1.3),
};

const sample: fc.Arbitrary<Strategy> = fc.record({
  kind: fc.constant("sample" as const),
  sampling: fc.oneof(
    fc.constant({ kind: "greedy" as const }),
    fc.record({
      kind: fc.constant("random" as const),
      temperature: fc.constantFrom(0.7, 1, 2),
      topK: fc.constantFrom(3, 8, Infinity),
      topP: fc.constantFrom(0.6, 0.95, 1),
      seed: fc.nat(5),
    }),
  ),
  ...length,
});

const beam: fc.Arbitrary<Strategy> = fc.record({
  kind: fc.constant("beam" as const),
  beams: fc.integer({ min: 2, max: 4 }),
  lengthPenalty: fc.constantFrom(-1, 0, 1),
  earlyStopping: fc.boolean(),
  ...length,
});

const rank: fc.Arbitrary<Strategy> = fc.record({
  kind: fc.constant("rank" as const),
  choices: fc.array(fc.array(tokenId, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
  candidates: fc.integer({ min: 1, max: 6 }),
});

const sees: fc.Arbitrary<Seen> = fc.record({
  pixels: fc.constantFrom([1, 2], [3, 4], [5, 6]),
  question: fc.option(fc.array(tokenId, { minLength: 1, maxLength: 6 }), { nil: undefined, freq: 2 }),
});

const asked: fc.Arbitrary<Asked> = fc
  .record({
    at: fc.nat(15),
    sees: fc.option(sees, { nil: undefined, freq: 6 }),
    promptTokenIds: fc.array(tokenId, { minLength: 1, maxLength: 8 }),
    strategy: fc.oneof(
      { weight: 3, arbitrary: sample },
      { weight: 2, arbitrary: beam },
      { weight: 1, arbitrary: rank },
    ),
    streams: fc.boolean(),
    cancelAt: fc.option(fc.nat(25), { nil: undefined, freq: 6 }),
    endAfter: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined, freq: 6 }),
  })
  .map(({ promptTokenIds, strategy, ...rest }) => ({
    ...rest,
    spec: { promptTokenIds, strategy, eosTokenIds: [EOS] },
  }));

export const mix: fc.Arbitrary<Mix> = fc.record({
  requests: fc.array(asked, { minLength: 2, maxLength: 8 }),
  limits: fc.record({
    maxSequences: fc.integer({ min: 1, max: 6 }),
    maxCachedRows: fc.integer({ min: 45, max: 200 }),
    maxRowsPerPass: fc.integer({ min: 1, max: 32 }),
  }),
  maxBatch: fc.integer({ min: 1, max: 4 }),
  featureCacheBytes: fc.constantFrom(0, 30, 1000),
});

export function programOf({ sees: what, spec }: Asked): Program {
  if (what === undefined) return { model: "blind", calls: [], decode: spec };
  return { model: "seeing", calls: [], decode: { ...spec, memory: memoryCall(what) } };
}

function memoryCall({ pixels, question }: Seen): EncoderCall {
  const picture = pixels.join(" ");
  const vision = {
    network: "seeing/vision",
    key: picture,
    inputs: { pixels: float32([pixels.length], Float32Array.from(pixels)) },
  };
  const features = { call: vision, output: "features" };
  if (question === undefined) return { network: "seeing/memory", key: picture, inputs: { features } };
  const attention_mask = float32([question.length], new Float32Array(question.length).fill(1));
  const inputs = { input_ids: int64(question), attention_mask, features };
  return { network: "seeing/question", key: `${picture}: ${question.join(" ")}`, inputs };
}
