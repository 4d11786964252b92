import fc from "fast-check";
import { startDecoding } from "../../../inference/generation/decoding.ts";
import type { DecoderLimits } from "../../../inference/scheduling/decoder-limits.ts";
import type { DecodeSpec, Generation, Program } from "../../../inference/scheduling/program.ts";
import { drive } from "../generation/drive.ts";
import { glanceCall, memoryCall } from "./fake-calls.ts";
import { EOS } from "./fake-model.ts";
import { naiveModel, type NaiveSpec, type Seen } from "./naive-model.ts";
import { pixels, type Prompt, strategy, textPrompt, tokenId, withPictures } from "./prompts.ts";
import type { PlayedRequest } from "./play.ts";

/** A request of the fake models. */
export interface Asked extends Omit<PlayedRequest, "program">, NaiveSpec {
  readonly spec: Omit<DecodeSpec, "memory">;
}

export interface Mix {
  readonly requests: readonly Asked[];
  readonly limits: DecoderLimits;
  readonly maxBatch: number;
  readonly featureCacheBytes: number;
}

const sees: fc.Arbitrary<Seen> = fc.record({
  pixels,
  question: fc.option(fc.array(tokenId, { minLength: 1, maxLength: 6 }), { nil: undefined, freq: 2 }),
});

/** What is asked of which model. */
const about: fc.Arbitrary<Pick<Asked, "model" | "sees"> & { readonly prompt: Prompt }> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ model: fc.constant("seeing" as const), sees, prompt: textPrompt }) },
  { weight: 1, arbitrary: fc.record({ model: fc.constant("blind" as const), sees: nothing(), prompt: textPrompt }) },
  {
    weight: 4,
    arbitrary: fc.record({ model: fc.constant("looking" as const), sees: nothing(), prompt: withPictures }),
  },
);

function nothing(): fc.Arbitrary<undefined> {
  return fc.constant(undefined);
}

const asked: fc.Arbitrary<Asked> = fc
  .record({
    at: fc.nat(15),
    about,
    strategy,
    streams: fc.boolean(),
    cancelAt: fc.option(fc.nat(25), { nil: undefined, freq: 6 }),
    endAfter: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined, freq: 6 }),
    resumedAfter: fc.option(fc.nat(8), { nil: undefined, freq: 4 }),
  })
  .map(({ about: { prompt, ...whom }, strategy: how, resumedAfter, ...rest }) => {
    const spec = specOf(prompt, how);
    return { ...rest, ...whom, spec: resumedAfter === undefined ? spec : resumed({ ...whom, spec }, resumedAfter) };
  });

export const mix: fc.Arbitrary<Mix> = fc.record({
  requests: fc
    .array(fc.tuple(asked, fc.option(fc.tuple(fc.nat(), fc.constantFrom(nextTurn, theSame)), { nil: undefined })), {
      minLength: 2,
      maxLength: 8,
    })
    .map((all) =>
      all.map(([each, related], i) => {
        const earlier = all.slice(0, i).filter(([{ model }]) => model === each.model);
        if (related === undefined || earlier.length === 0) return each;
        const [pick, relate] = related;
        return relate(earlier[pick % earlier.length]![0], each);
      }),
    ),
  limits: fc.record({
    maxSequences: fc.integer({ min: 1, max: 6 }),
    maxCachedRows: fc.integer({ min: 90, max: 300 }),
    maxKeptRows: fc.constantFrom(0, 40, 200),
    maxRowsPerPass: fc.integer({ min: 1, max: 32 }),
  }),
  maxBatch: fc.integer({ min: 1, max: 4 }),
  featureCacheBytes: fc.constantFrom(0, 30, 1000),
});

/** What comes after the answer to an earlier request of the same model, some time later. */
function nextTurn(earlier: Asked, turn: Asked): Asked {
  if (turn.spec.resumedTokenIds !== undefined) return turn;
  const before = [...earlier.spec.promptTokenIds, ...alone(earlier).tokenIds];
  const shifted = (turn.spec.features ?? []).map((span) => ({ ...span, start: before.length + span.start }));
  const features = [...(earlier.spec.features ?? []), ...shifted];
  const promptTokenIds = [...before, ...turn.spec.promptTokenIds];
  const spec = { ...turn.spec, promptTokenIds, ...(features.length === 0 ? {} : { features }) };
  return { ...turn, at: turn.at + 12, sees: earlier.sees, spec };
}

/** What is asked already, also by a worker's stream that goes on, and perhaps still under way. */
function theSame({ sees: what, spec }: Asked, other: Asked): Asked {
  return { ...other, sees: what, spec };
}

export function programOf({ model, sees: what, spec }: Asked): Program {
  return { model, calls: [], decode: what === undefined ? spec : { ...spec, memory: memoryCall(what) } };
}

/** What it comes to with nobody beside it, from its beginning. */
export function alone(asking: NaiveSpec & { readonly spec: DecodeSpec }): Generation {
  return drive(startDecoding({ ...asking.spec, resumedTokenIds: [] }), naiveModel(asking));
}

function specOf({ tokenIds, pictures }: Prompt, how: DecodeSpec["strategy"]): Asked["spec"] {
  const spans = pictures.map(({ start, from, pixels: picture }) => ({
    start,
    from,
    rows: 3 - from,
    source: glanceCall(picture),
  }));
  const features = spans.length === 0 ? {} : { features: spans };
  return { promptTokenIds: tokenIds, ...features, strategy: how, eosTokenIds: [EOS] };
}

/** As a worker gets it after another died that had settled some tokens. */
function resumed(asking: NaiveSpec & { readonly spec: DecodeSpec }, after: number): Asked["spec"] {
  if (asking.spec.strategy.kind !== "sample") return asking.spec;
  return { ...asking.spec, resumedTokenIds: alone(asking).tokenIds.slice(0, after) };
}
