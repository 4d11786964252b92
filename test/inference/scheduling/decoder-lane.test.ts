import { describe, expect, it } from "vitest";
import type { DecoderBatch } from "../../../inference/scheduling/batch.ts";
import { DecoderLane } from "../../../inference/scheduling/decoder-lane.ts";
import { byDeadline, COMMON } from "../../../inference/scheduling/claim.ts";
import { Standings } from "../../../inference/scheduling/standings.ts";
import { newSequence, type Sequence } from "../../../inference/scheduling/sequence.ts";
import { decodeSpec, ScriptedDecoding } from "./fake-programs.ts";

describe("DecoderLane", () => {
  it("begins anew with a small cache when all have left", () => {
    const lane = newLane();
    const sequences = ["a", "b", "c", "d"].map((id) => add(lane, id, 100));
    expect(next(lane).capacity).toEqual({ slots: 4, rows: 109, memoryRows: 0 });
    for (const sequence of sequences) lane.remove(sequence);
    add(lane, "e", 3);
    expect(next(lane)).toMatchObject({ changes: [], capacity: { slots: 1, rows: 12 } });
  });

  it("gives slots back for the rows that it keeps of who left, and keeps them where it keeps nothing", () => {
    for (const [maxKeptRows, slots] of [
      [1_000, 2],
      [0, 4],
    ] as const) {
      const lane = newLane(maxKeptRows);
      const sequences = ["a", "b", "c", "d"].map((id) => add(lane, id, 3));
      next(lane);
      for (const sequence of sequences) sequence.numComputedRows = 3;
      for (const left of sequences.slice(0, 2)) lane.remove(left);
      expect(next(lane).capacity.slots).toBe(slots);
      expect(next(lane).capacity.slots).toBe(slots);
    }
  });

  it("says what to move once, in order", () => {
    const lane = newLane();
    const [a, b] = ["a", "b", "c", "d"].map((id) => add(lane, id, 3));
    next(lane);
    lane.remove(a!);
    lane.remove(b!);
    expect(next(lane)).toMatchObject({
      changes: [
        { kind: "move", from: 3, to: 0 },
        { kind: "move", from: 2, to: 1 },
      ],
    });
    expect(next(lane).changes).toEqual([]);
  });

  it("computes long prompts by themselves, a few at once where they fit, between the steps of others", () => {
    const lane = newLane();
    const [a, b] = [add(lane, "a", 500), add(lane, "b", 2)];
    for (const id of ["c", "d"]) add(lane, id, 30);
    expect(numRowsOf(next(lane))).toEqual(["b:2"]);
    b.numComputedRows = 2;
    expect(numRowsOf(next(lane))).toEqual(["a:64"]);
    a.numComputedRows = 499;
    lane.remove(b);
    expect(numRowsOf(next(lane))).toEqual(["a:1"]);
    expect(next(lane)).toMatchObject({ pass: "chunk", first: 1, entries: [{ numRows: 30 }, { numRows: 30 }] });
  });

  it("has a chunk beside a step, once it is known what rows take, where graphs take both", () => {
    for (const mixes of [true, false]) {
      const lane = newLane(0, mixes);
      const [a, b] = [add(lane, "a", 2), add(lane, "b", 200)];
      lane.observe(next(lane), 88);
      a.numComputedRows = 2;
      const alone = next(lane);
      expect(alone).toMatchObject({ pass: "chunk", entries: [{ sequence: b, numRows: 64 }] });
      lane.observe(alone, 212);
      b.numComputedRows = 64;
      a.decoding.advance();
      lane.observe(next(lane), 86);
      const later = next(lane);
      if (!mixes) expect(later).toMatchObject({ pass: "chunk", entries: [{ sequence: b, numRows: 42 }] });
      else expect(later).toMatchObject({ pass: "mixed", entries: [{ sequence: a, numRows: 1 }] });
      if (mixes) expect(later.chunk).toMatchObject({ sequence: b, slot: 1, numRows: 43 });
      expect(later.capacity.rows).toBeGreaterThanOrEqual(64 + (mixes ? 43 : 42));
    }
  });

  it("lets long ones that lie between others sit a step out", () => {
    const lane = newLane();
    for (const [id, prompt] of [
      ["a", 40],
      ["b", 2],
      ["c", 50],
      ["d", 1],
      ["e", 9],
    ] as const)
      add(lane, id, prompt);
    expect(numRowsOf(next(lane))).toEqual(["b:2", "c:0", "d:1"]);
  });

  it("refuses a decoding that has nothing to begin with: its pass would break, and others with it", () => {
    const decoding = new ScriptedDecoding(decodeSpec({ tag: 1, prompt: 0, say: 3, beams: 1 }, undefined));
    expect(() => newLane().assertPossible(decoding)).toThrow(/no tokens/);
  });
});

function next(lane: DecoderLane): DecoderBatch {
  lane.admit(new Standings());
  return lane.next(lane.nextPass, { company: "alone", order: byDeadline });
}

function newLane(maxKeptRows = 0, mixes = false): DecoderLane {
  return new DecoderLane("m", { maxSequences: 8, maxCachedRows: 10_000, maxKeptRows, maxRowsPerPass: 256, mixes });
}

/** A sequence that says ten tokens. */
function add(lane: DecoderLane, id: string, prompt: number): Sequence {
  const decoding = new ScriptedDecoding(decodeSpec({ tag: 1, prompt, say: 10, beams: 1 }, undefined));
  const sequence = newSequence({ id, model: "m", decoding });
  sequence.askers.set(id, { claim: COMMON, isWatching: false });
  lane.add(sequence);
  return sequence;
}

function numRowsOf({ entries }: DecoderBatch): string[] {
  return entries.map(({ sequence, numRows }) => `${sequence.id}:${numRows}`);
}
