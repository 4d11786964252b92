import { describe, expect, it } from "vitest";
import type { DecoderBatch } from "../../../inference/scheduling/batch.ts";
import { DecoderLane } from "../../../inference/scheduling/decoder-lane.ts";
import { newSequence, type Sequence } from "../../../inference/scheduling/sequence.ts";
import { decodeSpec, ScriptedDecoding } from "./fake-programs.ts";

describe("DecoderLane", () => {
  it("begins anew with a small cache when all have left", () => {
    const lane = newLane();
    const sequences = ["a", "b", "c", "d"].map((id) => add(lane, id, 100));
    expect(lane.next().capacity).toEqual({ slots: 4, rows: 64, memoryRows: 0 });
    for (const sequence of sequences) lane.remove(sequence);
    add(lane, "e", 3);
    expect(lane.next()).toMatchObject({ moves: [], capacity: { slots: 1, rows: 12 } });
  });

  it("says what to move once, in order", () => {
    const lane = newLane();
    const [a, b] = ["a", "b", "c", "d"].map((id) => add(lane, id, 3));
    lane.next();
    lane.remove(a!);
    lane.remove(b!);
    expect(lane.next()).toMatchObject({
      moves: [
        { from: 3, to: 0 },
        { from: 2, to: 1 },
      ],
    });
    expect(lane.next().moves).toEqual([]);
  });

  it("cuts long prompts so that all rows of a pass together stay within its limit", () => {
    const lane = newLane();
    const sequences = [add(lane, "a", 500), add(lane, "b", 2), add(lane, "c", 70)];
    expect(numRowsOf(lane.next())).toEqual([85, 2, 70]);
    for (const sequence of sequences) sequence.numComputedRows = Math.min(85, sequence.decoding.rows.length);
    lane.remove(sequences[1]!);
    lane.remove(sequences[2]!);
    expect(numRowsOf(lane.next())).toEqual([256]);
  });

  it("refuses a decoding that has nothing to begin with: its pass would break, and others with it", () => {
    const decoding = new ScriptedDecoding(decodeSpec({ tag: 1, prompt: 0, say: 3, beams: 1 }, undefined));
    expect(() => newLane().assertPossible(decoding)).toThrow(/no tokens/);
  });
});

function newLane(): DecoderLane {
  return new DecoderLane("m", { maxSequences: 8, maxCachedRows: 10_000, maxRowsPerPass: 256 });
}

/** A sequence that says ten tokens. */
function add(lane: DecoderLane, id: string, prompt: number): Sequence {
  const decoding = new ScriptedDecoding(decodeSpec({ tag: 1, prompt, say: 10, beams: 1 }, undefined));
  const sequence = newSequence({ id, model: "m", decoding });
  lane.add(sequence);
  return sequence;
}

function numRowsOf({ entries }: DecoderBatch): number[] {
  return entries.map(({ numRows }) => numRows);
}
