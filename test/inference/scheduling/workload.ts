import fc from "fast-check";
import { priorities, type Priority } from "../../../inference/scheduling/claim.ts";
import type { Program } from "../../../inference/scheduling/program.ts";
import { decodeSpec, memory, pair, vision } from "./fake-programs.ts";

/** Random work for the scheduler of two models. */
export interface Workload {
  readonly limits: Limits;
  readonly requests: readonly Arrival[];
  /** Numbers of the passes that fail. */
  readonly broken: ReadonlySet<number>;
}

export interface Limits {
  readonly maxBatch: number;
  readonly maxSequences: number;
  readonly maxCachedRows: number;
  readonly maxKeptRows: number;
  readonly maxRowsPerPass: number;
  readonly mixes: boolean;
  readonly cacheBytes: number;
  /** Of a pass of a vision tower. */
  readonly visionParts: number;
}

/** Before a time's pass, or while it is under way. */
export type When = "before" | "during";

export interface Arrival {
  readonly at: number;
  readonly when: When;
  readonly program: Program;
  readonly deadline: number;
  readonly streams: boolean;
  readonly client?: string;
  readonly priority?: Priority;
  /** When it is cancelled or ended. */
  readonly leaves: { readonly how: "cancel" | "end"; readonly at: number; readonly when: When } | undefined;
}

const model = fc.constantFrom("m", "n");
const picture = fc.constantFrom("x", "yy", "zzz", "xxxxxxxx");
const text = fc.constantFrom("s", "t");

const call = fc.tuple(picture, text, fc.boolean());

const program = fc
  .record({
    model,
    calls: fc.array(call, { maxLength: 2 }),
    picture: fc.option(picture, { nil: undefined }),
    decode: fc.option(
      fc.record({
        prompt: fc.integer({ min: 1, max: 12 }),
        say: fc.integer({ min: 1, max: 6 }),
        beams: fc.integer({ min: 1, max: 3 }),
      }),
      { nil: undefined },
    ),
  })
  .map((r) => (tag: number): Program => ({
    model: r.model,
    calls: r.calls.map(([p, t, judges]) => (judges ? pair(r.model, p, t) : vision(r.model, p))),
    ...(r.decode && {
      decode: decodeSpec({ ...r.decode, tag }, r.picture === undefined ? undefined : memory(r.model, r.picture)),
    }),
  }));

const time = fc.nat(40);
const when = fc.constantFrom<When>("before", "during");

const arrival = fc.record({
  at: time,
  when,
  program,
  streams: fc.boolean(),
  client: fc.constantFrom("ann", "bob"),
  priority: fc.constantFrom(...priorities),
  deadline: fc.oneof({ weight: 4, arbitrary: fc.constant(Infinity) }, { weight: 1, arbitrary: time }),
  leaves: fc.option(
    fc.record({
      how: fc.constantFrom("cancel" as const, "end" as const),
      at: time,
      when,
    }),
    { nil: undefined, freq: 2 },
  ),
});

/** Asks for the same as an earlier one, about then. */
function alike(earlier: Arrival, arrival: Arrival): Arrival {
  return { ...arrival, program: earlier.program, at: earlier.at + (arrival.at % 5) };
}

export const workload: fc.Arbitrary<Workload> = fc.record({
  limits: fc.record({
    maxBatch: fc.integer({ min: 1, max: 4 }),
    maxSequences: fc.integer({ min: 1, max: 4 }),
    maxCachedRows: fc.integer({ min: 4, max: 80 }),
    maxKeptRows: fc.constantFrom(0, 10, 60),
    maxRowsPerPass: fc.integer({ min: 1, max: 16 }),
    mixes: fc.boolean(),
    cacheBytes: fc.constantFrom(0, 8, 1000),
    visionParts: fc.integer({ min: 1, max: 3 }),
  }),
  requests: fc
    .array(fc.tuple(arrival, fc.option(fc.nat(), { nil: undefined })), { minLength: 1, maxLength: 14 })
    .map((all) => {
      const unlike = all.map(([each], tag) => ({ ...each, program: each.program(tag) }));
      return all.map(([, pick], i) => (pick === undefined ? unlike[i]! : alike(unlike[pick % (i + 1)]!, unlike[i]!)));
    }),
  broken: fc.uniqueArray(fc.nat(30), { maxLength: 3 }).map((passes) => new Set(passes)),
});

/** Long prompts among short ones, for a decoder that has room for all of them and may have chunks beside its steps. */
export const longPrompts: fc.Arbitrary<Workload> = fc.record({
  limits: fc.record({
    maxSequences: fc.integer({ min: 2, max: 6 }),
    maxKeptRows: fc.constantFrom(0, 60),
    maxRowsPerPass: fc.integer({ min: 4, max: 16 }),
    ...{ maxBatch: fc.constant(2), maxCachedRows: fc.constant(600), mixes: fc.constant(true) },
    ...{ cacheBytes: fc.constant(8), visionParts: fc.constant(1) },
  }),
  requests: fc
    .array(fc.tuple(arrival, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 3, max: 12 })), {
      minLength: 4,
      maxLength: 12,
    })
    .map((all) =>
      all.map(([each, prompt, say], tag) => {
        const decode = decodeSpec({ prompt, say, beams: 1, tag }, undefined);
        return { ...each, program: { model: "m", calls: [], decode } };
      }),
    ),
  broken: fc.uniqueArray(fc.nat(60), { maxLength: 2 }).map((passes) => new Set(passes)),
});
