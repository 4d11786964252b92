import fc from "fast-check";
import assert from "node:assert/strict";
import { describe, expect, it } from "vitest";
import { VectorIndex } from "../../../inference/runtime/vector-index.ts";

const LENGTH = 3;
const ids = fc.array(fc.nat(25), { maxLength: 8 });
const change = fc.oneof(fc.record({ add: ids, seed: fc.nat(1000) }), fc.record({ remove: ids }));

describe("VectorIndex", () => {
  it("holds what a map holds, in dense blocks", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.array(change, { maxLength: 30 }), sameAsMap), {
      numRuns: 500,
    });
  });

  it("takes the last of two vectors for one id", () => {
    const index = new VectorIndex(2);
    index.add([7, 7], Float32Array.of(1, 2, 3, 4));
    expect([...index.blocks()]).toEqual([{ ids: [7], vectors: Float32Array.of(3, 4) }]);
  });

  it("gives back the blocks that it no longer needs", () => {
    const index = new VectorIndex(1, 2);
    index.add([1, 2, 3, 4, 5], Float32Array.of(1, 2, 3, 4, 5));
    index.remove([1, 3, 4, 5]);
    expect([...index.blocks()]).toEqual([{ ids: [2], vectors: Float32Array.of(2) }]);
    index.remove([2, 2, 99]);
    expect([...index.blocks()]).toEqual([]);
  });
});

function sameAsMap(blockRows: number, changes: ({ add: number[]; seed: number } | { remove: number[] })[]): void {
  const index = new VectorIndex(LENGTH, blockRows);
  const map = new Map<number, number[]>();
  for (const one of changes) {
    if ("remove" in one) {
      index.remove(one.remove);
      for (const id of one.remove) map.delete(id);
    } else {
      const vectors = one.add.map((id, i) => [id, one.seed, i]);
      index.add(one.add, Float32Array.from(vectors.flat()));
      one.add.forEach((id, i) => map.set(id, vectors[i]!));
    }
    assertSame(index, map, blockRows);
  }
}

function assertSame(index: VectorIndex, map: ReadonlyMap<number, number[]>, blockRows: number): void {
  const found = new Map<number, number[]>();
  const blocks = [...index.blocks()];
  for (const { ids: blockIds, vectors } of blocks) {
    assert.equal(vectors.length, blockIds.length * LENGTH);
    blockIds.forEach((id, row) => found.set(id, [...vectors.subarray(row * LENGTH, (row + 1) * LENGTH)]));
  }
  assert.deepEqual(found, new Map(map));
  assert.equal(index.size, map.size);
  assert.deepEqual(
    blocks.slice(0, -1).map((block) => block.ids.length),
    blocks.slice(0, -1).map(() => blockRows),
  );
}
