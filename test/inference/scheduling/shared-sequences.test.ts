import { describe, expect, it } from "vitest";
import type { Batch, DecoderBatch } from "../../../inference/scheduling/batch.ts";
import { FeatureCache } from "../../../inference/scheduling/feature-cache.ts";
import { generationKey } from "../../../inference/scheduling/generation-key.ts";
import type { DecodeSpec, Program, Strategy } from "../../../inference/scheduling/program.ts";
import { Scheduler } from "../../../inference/scheduling/scheduler.ts";
import type { Finished } from "../../../inference/scheduling/request.ts";
import { partsOf } from "../../../inference/scheduling/standings.ts";
import { caption, decodeSpec, look, memory, outputsOf, ScriptedDecoding, vision } from "./fake-programs.ts";

const decode = { tag: 1, prompt: 2, say: 4, beams: 1 };
const options = { deadline: Infinity, streams: false };

describe("a sequence that requests share", () => {
  it("is paid for by all of them, each the same", () => {
    const scheduler = newScheduler();
    for (const client of ["ann", "bob", "cleo"])
      scheduler.add(client, caption("m", "x", decode), { ...options, client });
    scheduler.add("dan", caption("m", "x", { ...decode, tag: 2 }), { ...options, client: "dan" });
    const batch = decoderPassOf(scheduler);
    const parts = partsOf(batch, 12).map(({ claim, ms }) => [claim.client, ms]);
    expect(Object.fromEntries(parts)).toEqual({ ann: 2, bob: 2, cleo: 2, dan: 6 });
  });

  it("is charged to each by its part, and all of the device's time to somebody", () => {
    const scheduler = newScheduler();
    for (const id of ["a", "b", "c"]) scheduler.add(id, caption("m", "x", decode), options);
    scheduler.add("d", caption("m", "y", { ...decode, tag: 2 }), options);
    run(scheduler, 6);
    const parts = scheduler
      .takeFinished()
      .map((end) => ("usage" in end ? [end.id, Math.round(end.usage.deviceMs)] : []));
    expect(Object.fromEntries(parts)).toEqual({ a: 10, b: 10, c: 10, d: 30 });
  });

  it("is watched as long as somebody watches who shares it", () => {
    const scheduler = newScheduler();
    scheduler.add("a", caption("m", "x", decode), options);
    scheduler.add("b", caption("m", "x", decode), { ...options, streams: true });
    const [{ sequence }] = decoderPassOf(scheduler).entries as [DecoderBatch["entries"][number]];
    expect([...sequence.askers.values()].map(({ isWatching }) => isWatching)).toEqual([false, true]);
    scheduler.cancel("b");
    expect([...sequence.askers.keys()]).toEqual(["a"]);
  });

  it("gives each the time since it came, and what it had said to whom it ends for, and no more", () => {
    const scheduler = newScheduler();
    scheduler.add("early", caption("m", "x", decode), options);
    run(scheduler, 4);
    scheduler.add("late", caption("m", "x", decode), options);
    run(scheduler, 1);
    scheduler.end("early");
    const [early] = scheduler.takeFinished();
    run(scheduler, 9);
    const [late] = scheduler.takeFinished();
    expect(early).toMatchObject({ id: "early", outcome: { generation: { tokenIds: [1, 1, 1] } } });
    expect(early).toMatchObject({ usage: { encodeMs: 20, decodeMs: 30, imageCacheHit: false, reusedRows: 0 } });
    expect(late).toMatchObject({ id: "late", outcome: { generation: { tokenIds: [1, 1, 1, 1] } } });
    expect(late).toMatchObject({ usage: { encodeMs: 0, decodeMs: 20, imageCacheHit: true, reusedRows: 2 } });
  });

  it("is counted once, and each that joined", () => {
    const scheduler = newScheduler();
    for (const id of ["a", "b", "c"]) scheduler.add(id, caption("m", "x", decode), options);
    expect(scheduler.view("m")).toMatchObject({ requests: 3, waiting: 3, generations: 1, sharedGenerations: 2 });
    run(scheduler, 3);
    expect(scheduler.view("m")).toMatchObject({ requests: 3, waiting: 0, running: 1 });
    run(scheduler, 9);
    expect(scheduler.view("m")).toMatchObject({ requests: 0, decodedTokens: 4, generations: 1, sharedGenerations: 2 });
  });

  it("leaves its answer to those that come when it has just ended, if that is enough for them", () => {
    const scheduler = newScheduler();
    scheduler.add("a", caption("m", "x", decode), options);
    run(scheduler, 12);
    const [{ outcome }] = scheduler.takeFinished() as [Extract<Finished, { outcome: object }>];
    scheduler.add("just after", caption("m", "x", decode), { ...options, answeredSince: 10 });
    const [after] = scheduler.takeFinished();
    expect(after).toMatchObject({ id: "just after", outcome, usage: { deviceMs: 0, imageCacheHit: true, stages: [] } });
    expect(scheduler.next(0)).toBeUndefined();
    expect(scheduler.held).toMatchObject({ requests: 0, calls: 0, slots: 0 });
    expect(scheduler.view("m")).toMatchObject({ generations: 1, sharedGenerations: 1 });
  });

  it.each([
    ["long after", { ...options, answeredSince: 11 }, decode],
    ["that do not say so", options, decode],
    ["that ask for something else", { ...options, answeredSince: 10 }, { ...decode, tag: 2 }],
  ])("leaves it to none %s", (_, later, asked) => {
    const scheduler = newScheduler();
    scheduler.add("a", caption("m", "x", decode), options);
    run(scheduler, 12);
    scheduler.add("b", caption("m", "x", asked), later);
    expect(scheduler.next(0)).toBeDefined();
    expect(scheduler.view("m")).toMatchObject({ generations: 2, sharedGenerations: 0 });
  });

  it("is not had by one that wants more than a generation", () => {
    const scheduler = newScheduler();
    const both: Program = { ...caption("m", "x", decode), calls: [vision("m", "y")] };
    scheduler.add("a", caption("m", "x", decode), options);
    scheduler.add("b", both, options);
    run(scheduler, 20);
    expect(scheduler.view("m")).toMatchObject({ generations: 2, sharedGenerations: 0 });
    expect(scheduler.takeFinished().map(({ id }) => id)).toEqual(["a", "b"]);
  });
});

describe("what a generation goes by", () => {
  const length = { maxTokens: 4, minTokens: 0, repetitionPenalty: 1 };
  const sampled = { kind: "random", temperature: 1, topK: 50, topP: 1, seed: 7 } as const;
  const strategies: readonly Strategy[] = [
    { kind: "sample", sampling: { kind: "greedy" }, ...length },
    { kind: "sample", sampling: { kind: "greedy" }, ...length, minTokens: 1 },
    { kind: "sample", sampling: { kind: "greedy" }, ...length, repetitionPenalty: 1.1 },
    { kind: "sample", sampling: sampled, ...length },
    { kind: "sample", sampling: { ...sampled, seed: 8 }, ...length },
    { kind: "sample", sampling: { ...sampled, temperature: 0.5 }, ...length },
    { kind: "sample", sampling: { ...sampled, topK: Infinity }, ...length },
    { kind: "beam", beams: 3, lengthPenalty: 1, earlyStopping: false, ...length },
    { kind: "beam", beams: 3, lengthPenalty: 1, earlyStopping: true, ...length },
    { kind: "rank", choices: [[1, 2], [3]], candidates: 9 },
    { kind: "rank", choices: [[1], [2, 3]], candidates: 9 },
  ];
  const plain = decodeSpec(decode, memory("m", "x"));
  const looking = look("m", "x", decode).decode!;
  const specs: readonly DecodeSpec[] = [
    ...strategies.map((strategy) => ({ ...plain, strategy })),
    { ...plain, memory: memory("m", "y") },
    { ...plain, promptTokenIds: [-1, -1, 1] },
    { ...plain, resumedTokenIds: [1] },
    { ...plain, eosTokenIds: [3] },
    looking,
    look("m", "y", decode).decode!,
    { ...looking, features: looking.features!.map((span) => ({ ...span, from: 1 })) },
  ];

  it("is all that it depends on", () => {
    const keys = specs.map((spec) => generationKey("m", spec));
    expect(new Set(keys).size).toBe(specs.length);
    expect(keys).not.toContain(generationKey("n", plain));
  });

  it("is equal for equal ones, whoever made them", () => {
    for (const spec of specs) expect(generationKey("m", structuredClone(spec))).toBe(generationKey("m", spec));
    expect(generationKey("m", { ...plain, resumedTokenIds: [], features: [] })).toBe(generationKey("m", plain));
  });
});

function newScheduler(): Scheduler {
  const spec = { cached: false, maxBatch: 4 };
  return new Scheduler({
    encoders: new Map([
      ["m/vision", { ...spec, encodesImages: true }],
      ["m/memory", { ...spec, encodesImages: false }],
    ]),
    decoders: new Map([["m", { maxSequences: 4, maxCachedRows: 100, maxKeptRows: 0, maxRowsPerPass: 16 }]]),
    cache: new FeatureCache(1000),
    startDecoding: (decodes) => new ScriptedDecoding(decodes),
  });
}

/** Passes until there is one of a decoder, which is left under way. */
function decoderPassOf(scheduler: Scheduler): DecoderBatch {
  for (;;) {
    const batch = scheduler.next(0)!;
    if (batch.kind === "decoder") return batch;
    handBack(scheduler, batch);
  }
}

/** So many passes, or as many as there are. */
function run(scheduler: Scheduler, passes: number): void {
  for (let i = 0; i < passes; i++) {
    const batch = scheduler.next(0);
    if (batch !== undefined) handBack(scheduler, batch);
  }
}

function handBack(scheduler: Scheduler, batch: Batch): void {
  if (batch.kind === "decoder") return scheduler.decoded(batch, 10);
  const outputs = batch.items.map(({ call }) => outputsOf(call));
  scheduler.encoded(batch, outputs, 10);
}
