import { describe, expect, it } from "vitest";
import { startDecoding } from "../../../inference/generation/decoding.ts";
import { chunkPastOf, pastOf } from "../../../inference/runtime/decoder-past.ts";
import type { DecoderBatch, DecoderEntry, DecoderPass } from "../../../inference/scheduling/batch.ts";
import { newSequence } from "../../../inference/scheduling/sequence.ts";

const ROWS = 1000;

describe("what a pass on the CPU reads of a cache with room for a thousand rows", () => {
  it("is all that there is room for, in a step", () => {
    expect(pastOf(passOf("step", [entryOf({ computed: 10, rows: 1 })]), {})).toBe(ROWS);
  });

  it("is what the prompt has written, in its first chunks", () => {
    for (const computed of [0, 10, 500]) {
      expect(pastOf(passOf("chunk", [entryOf({ computed, rows: 256 })]), {})).toBe(computed);
    }
  });

  it("is all, rather than a copy of more than half", () => {
    expect(pastOf(passOf("chunk", [entryOf({ computed: 501, rows: 256 })]), {})).toBe(ROWS);
  });

  it("is all, where copying what is written takes longer than looking at what is not", () => {
    const few = (computed: number) => passOf("chunk", [entryOf({ computed, rows: 4 })]);
    expect(pastOf(few(50), {})).toBe(50);
    expect(pastOf(few(200), {})).toBe(ROWS);
  });

  it("is a copy the sooner the more queries look at each row", () => {
    const pass = passOf("chunk", [entryOf({ computed: 200, rows: 4 })]);
    expect(pastOf(pass, { queriesPerHead: 8 })).toBe(200);
  });

  it("is as much as the furthest of several prompts has written", () => {
    const entries = [entryOf({ computed: 10, rows: 64 }), entryOf({ computed: 90, rows: 64 })];
    expect(pastOf(passOf("chunk", entries), {})).toBe(90);
  });

  it("is decided for a chunk beside a step in the same way", () => {
    const step = passOf("mixed", [entryOf({ computed: 900, rows: 1 })]);
    const beside = (rows: number) => ({ ...step, chunk: { ...entryOf({ computed: 200, rows }), slot: 1, stepMs: 1 } });
    expect(chunkPastOf(beside(4), {})).toBe(ROWS);
    expect(chunkPastOf(beside(128), {})).toBe(200);
    expect(chunkPastOf(step, {})).toBe(0);
  });
});

function passOf(pass: DecoderPass, entries: readonly DecoderEntry[]): DecoderBatch {
  const capacity = { slots: 2, rows: ROWS, memoryRows: 0 };
  return { kind: "decoder", pass, first: 0, entries, model: "m", changes: [], joins: [], capacity };
}

/** A sequence whose first rows are computed, and the next so many. */
function entryOf({ computed, rows }: { readonly computed: number; readonly rows: number }): DecoderEntry {
  const length = { maxTokens: 1, minTokens: 0, repetitionPenalty: 1 };
  const strategy = { kind: "sample", ...length, sampling: { kind: "greedy" } } as const;
  const decoding = startDecoding({ promptTokenIds: Array<number>(ROWS).fill(1), eosTokenIds: [], strategy });
  const sequence = newSequence({ id: "s", model: "m", decoding });
  sequence.numComputedRows = computed;
  return { sequence, numRows: rows };
}
