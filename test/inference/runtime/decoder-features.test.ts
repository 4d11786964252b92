import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, expect, it } from "vitest";
import { startDecoding } from "../../../inference/generation/decoding.ts";
import { features } from "../../../inference/runtime/decoder-features.ts";
import { passRows } from "../../../inference/runtime/pass-rows.ts";
import type { DecoderEntry } from "../../../inference/scheduling/batch.ts";
import { newSequence, type SequenceFeatures } from "../../../inference/scheduling/sequence.ts";
import { float32 } from "../../../inference/tensor.ts";

const WIDTH = 2;

/** Gaps and spans of a prompt in turn, and the part of it that a pass computes. */
const entry: fc.Arbitrary<DecoderEntry> = fc
  .record({
    spans: fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 4 })), { maxLength: 3 }),
    after: fc.integer({ min: 1, max: 3 }),
    computed: fc.nat(),
    count: fc.nat(),
  })
  .map(({ spans, after, computed, count }) => {
    let end = 0;
    const placed = spans.map(([gap, rows], span): SequenceFeatures => {
      const start = end + gap;
      end = start + rows;
      return { start, rows, values: valuesOf(span, rows + 1) };
    });
    const length = end + after;
    const numComputedRows = computed % length;
    return entryOf(placed, { length, numComputedRows, numRows: 1 + (count % (length - numComputedRows)) });
  });

describe("features", () => {
  it("are those of the rows that the pass computes, each with its place", () => {
    fc.assert(fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), packsThose), { numRuns: 500 });
  });

  it("are none for a pass without pictures", () => {
    const packed = featuresOf([entryOf([], { length: 3, numComputedRows: 0, numRows: 3 })], WIDTH);
    expect([packed.features.dims, packed.feature_rows.dims]).toEqual([
      [0, WIDTH],
      [0, 2],
    ]);
  });

  it("of another width than the graph takes are refused", () => {
    const one = entryOf([{ start: 0, rows: 1, values: valuesOf(0, 1) }], { length: 2, numComputedRows: 0, numRows: 2 });
    expect(() => featuresOf([one], 3)).toThrow("features [1, 2] for a width of 3");
  });
});

function packsThose(entries: DecoderEntry[]): void {
  const expected = entries.flatMap(({ sequence, numRows }, batch) =>
    Array.from({ length: numRows }, (_, r) => ({ batch, r, row: sequence.numComputedRows + r })).flatMap((place) => {
      const span = sequence.features.find(({ start, rows }) => place.row >= start && place.row < start + rows);
      if (span === undefined) return [];
      const first = (place.row - span.start) * WIDTH;
      return [
        { place: [place.batch, place.r], values: [...span.values.data.subarray(first, first + WIDTH)].map(Number) },
      ];
    }),
  );
  const packed = featuresOf(entries, WIDTH);
  const found = Array.from({ length: packed.features.dims[0]! }, (_, i) => ({
    place: [0, 1].map((axis) => Number(packed.feature_rows.data[2 * i + axis])),
    values: [...packed.features.data.subarray(i * WIDTH, (i + 1) * WIDTH)].map(Number),
  }));
  assert.deepEqual(byPlace(found), byPlace(expected));
}

function featuresOf(entries: DecoderEntry[], width: number): ReturnType<typeof features> {
  return features(passRows(entries, { chunk: undefined, layout: "rectangle" }), width);
}

function byPlace<T extends { readonly place: readonly number[] }>(all: readonly T[]): T[] {
  return [...all].sort((a, b) => a.place[0]! - b.place[0]! || a.place[1]! - b.place[1]!);
}

/** Told apart by span, row and column. */
function valuesOf(span: number, rows: number): SequenceFeatures["values"] {
  return float32(
    [rows, WIDTH],
    Float32Array.from({ length: rows * WIDTH }, (_, i) => 100 * span + i),
  );
}

function entryOf(
  placed: readonly SequenceFeatures[],
  { length, numComputedRows, numRows }: { length: number; numComputedRows: number; numRows: number },
): DecoderEntry {
  const limits = { maxTokens: 1, minTokens: 0, repetitionPenalty: 1 };
  const strategy = { kind: "sample", sampling: { kind: "greedy" }, ...limits } as const;
  const promptTokenIds = Array.from({ length }, () => 7);
  const decoding = startDecoding({ promptTokenIds, eosTokenIds: [], strategy });
  const sequence = {
    ...newSequence({ id: "a", model: "m", decoding }),
    features: placed,
    numComputedRows,
  };
  return { sequence, numRows };
}
