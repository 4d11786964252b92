import { describe, expect, it } from "vitest";
import type { Batch, DecoderPass } from "../../../inference/scheduling/batch.ts";
import { byDeadline, COMMON } from "../../../inference/scheduling/claim.ts";
import { DecoderLane } from "../../../inference/scheduling/decoder-lane.ts";
import { EncoderLane } from "../../../inference/scheduling/encoder-lane.ts";
import { newSequence, type Sequence } from "../../../inference/scheduling/sequence.ts";
import { Standings } from "../../../inference/scheduling/standings.ts";
import { Turns, type Work } from "../../../inference/scheduling/turns.ts";
import { decodeSpec, ScriptedDecoding } from "./fake-programs.ts";

describe("turns while somebody watches for the next token, and pictures and long prompts keep coming", () => {
  it.each([
    { mixes: true, encodeMs: 30, longestWait: 160 },
    { mixes: true, encodeMs: 80, longestWait: 180 },
    { mixes: false, encodeMs: 30, longestWait: 200 },
    { mixes: false, encodeMs: 80, longestWait: 200 },
  ])("never let an encoder and a chunk go one after the other: $mixes, $encodeMs ms", (given) => {
    const passes = played(given);
    expect(Math.max(...waitsOf(passes))).toBe(given.longestWait);
    expect(shareOf(passes, "step")).toBeGreaterThan(0.58);
    for (const kind of ["encode", "chunk"] as const) expect(shareOf(passes, kind)).toBeGreaterThan(0.14);
  });
});

describe("turns while somebody watches, and others have their part of the device between", () => {
  it("give those who begin their share of the time that is not the others'", () => {
    const passes = playedBesideOthers();
    expect(shareOf(passes, "step")).toBeGreaterThan(0.58);
    for (const kind of ["encode", "chunk"] as const) expect(shareOf(passes, kind)).toBeGreaterThan(0.14);
  });
});

describe("the turn of a priority", () => {
  it("is taken beside others where somebody of another one watches", () => {
    const lane = decoder(true);
    const works: Work[] = [
      { kind: "step", lane, claims: [{ ...COMMON, priority: "interactive" }] },
      { kind: "chunk", lane, claims: [COMMON] },
    ];
    expect(companiesOfChunks(works)).toEqual(new Set(["beside others"]));
    expect(companiesOfChunks(works.slice(1))).toEqual(new Set(["alone"]));
  });
});

/** How the chunks of the next passes are taken. */
function companiesOfChunks(works: readonly Work[]): Set<string> {
  const standings = new Standings();
  const turns = new Turns(standings);
  const taken = Array.from({ length: 30 }, () => {
    const turn = turns.take(works)!;
    turns.took(batchOf(turn.kind), STEP_MS);
    const { claims } = works.find(({ kind }) => kind === turn.kind)!;
    standings.took(claims.map((claim) => ({ claim, ms: STEP_MS })));
    return turn;
  });
  return new Set(taken.flatMap((turn) => (turn.kind === "chunk" ? [turn.company] : [])));
}

const STEP_MS = 100;
const CHUNK_MS = { beside: 60, alone: 100 };

interface Pass {
  readonly kind: "encode" | DecoderPass;
  readonly ms: number;
}

/** What a device does where a step takes a tenth of a second. */
function played({ mixes, encodeMs }: { readonly mixes: boolean; readonly encodeMs: number }): Pass[] {
  const turns = new Turns(new Standings());
  const [lane, encoder] = [decoder(mixes), new EncoderLane("m/vision", spec)];
  const claims = [COMMON];
  const works: Work[] = [
    { kind: "step", lane, claims },
    { kind: "chunk", lane, claims },
    { kind: "encode", lane: encoder, claims, resting: undefined },
  ];
  return Array.from({ length: 300 }, () => {
    const { kind } = turns.take(works)!;
    const pass = kind === "chunk" && mixes ? "mixed" : kind;
    const ms = { encode: encodeMs, step: STEP_MS, chunk: CHUNK_MS.alone, mixed: STEP_MS + CHUNK_MS.beside }[pass];
    turns.took(batchOf(pass), ms);
    return { kind: pass, ms };
  });
}

/** What is interactive of it, where a default encoder's passes of a quarter of a step come between whenever it is below its floor. */
function playedBesideOthers(): Pass[] {
  const standings = new Standings();
  const turns = new Turns(standings);
  const [lane, encoder, others] = [
    decoder(false),
    new EncoderLane("m/vision", spec),
    new EncoderLane("o/vision", spec),
  ];
  const claims = [{ ...COMMON, priority: "interactive" as const }];
  const works: Work[] = [
    { kind: "step", lane, claims },
    { kind: "chunk", lane, claims },
    { kind: "encode", lane: encoder, claims, resting: undefined },
    { kind: "encode", lane: others, claims: [COMMON], resting: undefined },
  ];
  return Array.from({ length: 600 }, () => {
    const { kind, lane: served } = turns.take(works)!;
    const isOthers = served === others;
    const ms = { encode: isOthers ? STEP_MS / 4 : 30, step: STEP_MS, chunk: CHUNK_MS.alone }[kind];
    turns.took(batchOf(kind), ms);
    standings.took([{ claim: isOthers ? COMMON : claims[0]!, ms }]);
    return isOthers ? [] : { kind, ms };
  }).flat();
}

const spec = { cached: true, encodesImages: true, maxBatch: 1 };

/** With somebody who watches, and a long prompt. */
function decoder(mixes: boolean): DecoderLane {
  const limits = { maxSequences: 8, maxCachedRows: 10_000, maxKeptRows: 0, maxRowsPerPass: 256, mixes };
  const lane = new DecoderLane("m", limits);
  lane.add(sequence("watched", 1));
  lane.add(sequence("long", 200));
  lane.admit(new Standings());
  lane.next("step", { company: "alone", order: byDeadline });
  return lane;
}

function sequence(id: string, prompt: number): Sequence {
  const decoding = new ScriptedDecoding(decodeSpec({ tag: 1, prompt, say: 10, beams: 1 }, undefined));
  const made = newSequence({ id, model: "m", decoding });
  made.askers.set(id, { claim: COMMON, isWatching: id === "watched" });
  return made;
}

function batchOf(kind: Pass["kind"]): Batch {
  if (kind === "encode") return { kind: "encoder", network: "m/vision", items: [] };
  const none = { model: "m", changes: [], capacity: { slots: 2, rows: 200, memoryRows: 0 }, joins: [] };
  const chunk = { sequence: sequence("long", 200), slot: 1, numRows: 16, stepMs: STEP_MS };
  return { ...none, kind: "decoder", pass: kind, first: 0, entries: [], ...(kind === "mixed" && { chunk }) };
}

/** Between the ends of passes that have a step in them. */
function waitsOf(passes: readonly Pass[]): number[] {
  let since = 0;
  return passes.flatMap(({ kind, ms }) => {
    since += ms;
    if (kind !== "step" && kind !== "mixed") return [];
    const wait = since;
    since = 0;
    return [wait];
  });
}

/** Of the time, with the part of a mixed pass that is meant. */
function shareOf(passes: readonly Pass[], kind: "encode" | "step" | "chunk"): number {
  const part = (pass: Pass): number => {
    if (pass.kind !== "mixed") return pass.kind === kind ? pass.ms : 0;
    return { step: STEP_MS, chunk: CHUNK_MS.beside, encode: 0 }[kind];
  };
  const total = passes.reduce((sum, { ms }) => sum + ms, 0);
  return passes.reduce((sum, pass) => sum + part(pass), 0) / total;
}
