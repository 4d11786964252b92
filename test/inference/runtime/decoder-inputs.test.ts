import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, expect, it } from "vitest";
import { decoderInputs } from "../../../inference/runtime/decoder-inputs.ts";
import { MASKED } from "../../../inference/runtime/cross-memory.ts";
import type { DecoderEntry } from "../../../inference/scheduling/batch.ts";
import { type Decoding, newSequence, type Row, type Sequence } from "../../../inference/scheduling/sequence.ts";

/** A random tree: each row's parent is an earlier row, or none for the first. */
const rows: fc.Arbitrary<Row[]> = fc
  .array(fc.tuple(fc.nat(99), fc.nat()), { minLength: 1, maxLength: 14 })
  .map((all) => {
    const tree: Row[] = [];
    all.forEach(([tokenId, pick], i) => {
      const parent = i === 0 ? undefined : pick % i;
      tree.push({ tokenId, parent, position: parent === undefined ? 0 : tree[parent]!.position + 1 });
    });
    return tree;
  });

const entry: fc.Arbitrary<DecoderEntry> = fc
  .record({
    rows,
    computed: fc.nat(),
    count: fc.nat(),
    wanted: fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }),
  })
  .map(({ rows, computed, count, wanted }) => {
    const numComputedRows = computed % rows.length;
    const numRows = 1 + (count % (rows.length - numComputedRows));
    return { sequence: sequenceOf(rows, numComputedRows, (row) => wanted[row]!), numRows };
  });

describe("decoderInputs", () => {
  it("lets each row see itself and its ancestors, wherever they lie", () => {
    fc.assert(fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), fc.nat(20), showsAncestors), {
      numRuns: 500,
    });
  });

  it("lets a padding row see itself, so that its softmax is a number", () => {
    const chain = (length: number): Row[] =>
      Array.from({ length }, (_, i) => ({ tokenId: i, position: i, parent: i === 0 ? undefined : i - 1 }));
    const entries = [3, 1].map((length) => ({ sequence: sequenceOf(chain(length), 0, () => false), numRows: length }));
    const { tensors } = inputsOf(entries, 2);
    expect(tensors.mask!.dims).toEqual([2, 1, 3, 5]);
    const mask = tensors.mask!.data as Float32Array;
    const [padding, next] = [mask.subarray(20, 25), mask.subarray(25)];
    expect([padding.indexOf(0), padding.lastIndexOf(0)]).toEqual([3, 3]);
    expect([next.indexOf(0), next.lastIndexOf(0)]).toEqual([4, 4]);
  });

  it("makes only what the graph has", () => {
    const sequence = sequenceOf([{ tokenId: 5, position: 0, parent: undefined }], 0, () => true);
    const names = new Set(["input_ids", "mask"]);
    const pass = { past: 16, chunkPast: 0, names, featureWidth: undefined, vocabularySize: 10 };
    const { tensors } = decoderInputs({ entries: [{ sequence, numRows: 1 }] }, pass);
    expect(Object.keys(tensors)).toEqual(["input_ids", "mask"]);
  });

  it("asks for one row's logits where none are wanted, and for nobody", () => {
    const { tensors, wanted } = inputsOf(
      [{ sequence: sequenceOf([{ tokenId: 5, position: 0, parent: undefined }], 0, () => false), numRows: 1 }],
      16,
    );
    expect(tensors.logit_rows).toEqual({ dims: [1], data: BigInt64Array.of(0n) });
    expect(wanted).toEqual([]);
  });
});

describe("decoderInputs with a chunk beside a step", () => {
  const NAMES = new Set(["input_ids", "position_ids", "mask", "chunk_mask", "logit_rows", "feature_rows"]);
  const inputs = (entries: readonly DecoderEntry[], beside: DecoderEntry | undefined, chunkPast: number) => {
    const pass = { past: 20, chunkPast, names: NAMES, featureWidth: 2, vocabularySize: 10 };
    const chunk = beside && { ...beside, slot: 0, stepMs: 1 };
    return decoderInputs({ entries, ...(chunk && { chunk }) }, pass);
  };

  it("have its rows after all others', which are not padded to it, and its mask by itself", () => {
    const check = (entries: DecoderEntry[], beside: DecoderEntry): void => {
      const past = beside.sequence.numComputedRows + 3;
      const both = inputs(entries, beside, past);
      const [step, chunk] = [inputs(entries, undefined, 0), inputs([beside], undefined, 0)];
      assert.deepEqual(both.tensors.input_ids!.dims, [1, sizeOf(step) + beside.numRows]);
      for (const name of ["input_ids", "position_ids"]) {
        const [rows, own] = [step, chunk].map(({ tensors }) => [...tensors[name]!.data]);
        assert.deepEqual([...both.tensors[name]!.data], [...rows!, ...own!]);
      }
      assert.deepEqual(both.tensors.mask, step.tensors.mask);
      assert.deepEqual(both.tensors.chunk_mask, inputsOf([beside], past).tensors.mask);
      assert.deepEqual(both.wanted, [...step.wanted, ...chunk.wanted]);
    };
    fc.assert(fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), entry, check), { numRuns: 500 });
  });

  it("have a chunk of no rows where there is none", () => {
    const sequence = sequenceOf([{ tokenId: 5, position: 0, parent: undefined }], 0, () => true);
    const { tensors } = inputs([{ sequence, numRows: 1 }], undefined, 0);
    expect([tensors.input_ids!.dims, tensors.chunk_mask!.dims]).toEqual([
      [1, 1],
      [1, 1, 0, 0],
    ]);
  });

  function sizeOf({ tensors }: ReturnType<typeof inputs>): number {
    return tensors.input_ids!.data.length;
  }
});

function showsAncestors(entries: DecoderEntry[], spare: number): void {
  const past = Math.max(...entries.map(({ sequence }) => sequence.numComputedRows)) + spare;
  const { tensors, wanted } = inputsOf(entries, past);
  const width = Math.max(...entries.map(({ numRows }) => numRows));
  assert.deepEqual(tensors.mask!.dims, [entries.length, 1, width, past + width]);
  assert.deepEqual(tensors.distances!.dims, [entries.length, width, past + width]);
  entries.forEach((each, i) => {
    for (let r = 0; r < each.numRows; r++) {
      const index = each.sequence.numComputedRows + r;
      const line = [(i * width + r) * (past + width), (i * width + r + 1) * (past + width)] as const;
      const mask = tensors.mask!.data.subarray(...line) as Float32Array;
      assert.deepEqual(visibleRows(mask, each, past), ancestors(each.sequence.decoding.rows, index));
      assertDistances(tensors.distances!.data.subarray(...line) as BigInt64Array, { entry: each, index, past });
      assert.equal(tensors.input_ids!.data[i * width + r], BigInt(each.sequence.decoding.rows[index]!.tokenId));
      assert.equal(tensors.position_ids!.data[i * width + r], BigInt(each.sequence.decoding.rows[index]!.position));
    }
  });
  assertWanted(entries, { tensors, wanted }, width);
}

/** Only what a row sees is at a distance. */
function assertDistances(
  line: BigInt64Array,
  { entry: { sequence }, index, past }: { entry: DecoderEntry; index: number; past: number },
): void {
  const { rows } = sequence.decoding;
  const expected = new BigInt64Array(line.length);
  for (const row of ancestors(rows, index)) {
    const column = row < sequence.numComputedRows ? row : past + row - sequence.numComputedRows;
    expected[column] = BigInt(rows[index]!.position - rows[row]!.position);
  }
  assert.deepEqual(line, expected);
}

/** Which of its rows a mask line shows; throws if it shows anything else. */
function visibleRows(
  line: Float32Array,
  { sequence: { numComputedRows }, numRows }: DecoderEntry,
  past: number,
): number[] {
  const columns = [...line.keys()].filter((column) => line[column] === 0);
  assert(line.every((value) => value === 0 || value === Math.fround(MASKED)));
  return columns.map((column) => {
    const row = column < past ? column : column - past + numComputedRows;
    assert(column < past ? row < numComputedRows : row < numComputedRows + numRows);
    return row;
  });
}

function ancestors(rows: readonly Row[], index: number): number[] {
  const { parent } = rows[index]!;
  return parent === undefined ? [index] : [...ancestors(rows, parent), index];
}

function assertWanted(
  entries: DecoderEntry[],
  { tensors, wanted }: ReturnType<typeof decoderInputs>,
  width: number,
): void {
  const expected = entries.flatMap(({ sequence, numRows }, i) =>
    Array.from({ length: numRows }, (_, r) => ({
      sequence,
      row: sequence.numComputedRows + r,
      at: BigInt(i * width + r),
    })).filter(({ row }) => sequence.decoding.wants(row) !== undefined),
  );
  assert.equal(wanted.length, expected.length);
  const tops = expected.map(({ row }) => 1 + row);
  assert.deepEqual(tensors.top_k!.data, BigInt64Array.of(BigInt(Math.min(10, Math.max(1, ...tops)))));
  expected.forEach(({ sequence, row, at }, i) => {
    assert(wanted[i]!.sequence === sequence && wanted[i]!.row === row);
    assert.equal(tensors.logit_rows!.data[i], at);
  });
}

function inputsOf(entries: readonly DecoderEntry[], past: number): ReturnType<typeof decoderInputs> {
  const names = new Set(["input_ids", "position_ids", "distances", "mask", "logit_rows", "top_k"]);
  return decoderInputs({ entries }, { past, chunkPast: 0, names, featureWidth: undefined, vocabularySize: 10 });
}

/** How many of the first rows are a chain. */
function stemOf(rows: readonly Row[]): number {
  const branch = rows.findIndex(({ parent }, i) => i > 0 && parent !== i - 1);
  return branch < 0 ? rows.length : branch;
}

function sequenceOf(rows: readonly Row[], numComputedRows: number, wants: (row: number) => boolean): Sequence {
  const decoding: Decoding = {
    rows,
    stem: stemOf(rows),
    maxRows: rows.length,
    tokenIds: [],
    wants: (row) => (wants(row) ? { top: 1 + row } : undefined),
    observe: () => undefined,
    advance: () => undefined,
    outcome: undefined,
  };
  return { ...newSequence({ id: "a", model: "m", decoding }), numComputedRows, slot: 0 };
}
