import { beforeAll, describe, expect, it } from "vitest";
import { uniform } from "../../../inference/generation/random.ts";
import { VectorIndex } from "../../../inference/runtime/vector-index.ts";
import { type Hit, type VectorQuery, VectorScan } from "../../../inference/runtime/vector-scan.ts";

const LENGTH = 24;

describe("VectorScan", () => {
  let scan: VectorScan;
  beforeAll(async () => {
    scan = await VectorScan.create({ threads: 1 });
  });

  it.each([
    [1, 1, 3],
    [10, 4, 3],
    [100, 100, 12],
    [300, 7, 50],
    [5, 2, 20],
  ])("finds the nearest of %i, in blocks of %i, the best %i", async (count, blockRows, k) => {
    const vectors = randomVectors(count, 1);
    const index = new VectorIndex(LENGTH, blockRows);
    index.add(
      [...vectors.keys()].map((i) => 10 * i),
      Float32Array.from(vectors.flat()),
    );
    for (const query of randomVectors(5, 2)) {
      const hits = await scan.search(index, one(query), k);
      const expected = bruteForce(vectors, query).slice(0, k);
      expect(hits.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      hits.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(expected[i]!.similarity, 5));
    }
  });

  it("finds what was removed no more, and what was replaced where it is now", async () => {
    const vectors = randomVectors(20, 3);
    const index = new VectorIndex(LENGTH, 4);
    index.add([...vectors.keys()], Float32Array.from(vectors.flat()));
    const query = vectors[3]!;
    index.remove([3]);
    index.add([11], Float32Array.from(query));
    const [best] = await scan.search(index, one(query), 1);
    expect(best!.id).toBe(11);
    expect((await scan.search(index, one(query), 20)).map(({ id }) => id)).not.toContain(3);
  });

  it.each([
    [30, 4, 1, 7],
    [30, 1, 5, 30],
    [200, 32, 3, 64],
  ])("finds the largest similarity of all pairs: %i of %i vectors, by %i", async (count, each, queries, blockRows) => {
    const pictures = Array.from({ length: count }, (_, i) => randomVectors(each, 100 + i));
    const index = new VectorIndex(each * LENGTH, blockRows);
    index.add([...pictures.keys()], Float32Array.from(pictures.flat(2)));
    const query = randomVectors(queries, 7);
    const hits = await scan.search(index, { values: Float32Array.from(query.flat()), vectors: queries }, 9);
    const expected = pictures
      .map((vectors, id) => ({
        id,
        similarity: Math.max(...query.map((one) => bruteForce(vectors, one)[0]!.similarity)),
      }))
      .sort((a, b) => b.similarity - a.similarity);
    expect(hits.map(({ id }) => id)).toEqual(expected.slice(0, 9).map(({ id }) => id));
    hits.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(expected[i]!.similarity, 5));
  });

  it("finds nothing where there is nothing", async () => {
    expect(await scan.search(new VectorIndex(LENGTH), one(new Array<number>(LENGTH).fill(0)), 5)).toEqual([]);
  });
});

function one(query: readonly number[]): VectorQuery {
  return { values: Float32Array.from(query), vectors: 1 };
}

function randomVectors(count: number, seed: number): number[][] {
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: LENGTH }, (_, j) => Math.fround(uniform(seed, i * LENGTH + j) - 0.5)),
  );
}

function bruteForce(vectors: readonly number[][], query: readonly number[]): Hit[] {
  return vectors
    .map((vector, i) => ({ id: 10 * i, similarity: vector.reduce((sum, x, j) => sum + x * query[j]!, 0) }))
    .sort((a, b) => b.similarity - a.similarity);
}
