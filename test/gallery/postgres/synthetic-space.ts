import type { Embedding } from "../../../gallery/store.ts";
import type { Sql } from "../../../postgres/sql.ts";
import { similarity } from "../../../gallery/similarity.ts";

export interface SyntheticSpace {
  readonly name: string;
  readonly pictures: number;
  /** Of each picture. */
  readonly vectors: number;
  readonly length: number;
}

/** As many numbers as a model's embeddings really have to say, whatever their length. */
const rank = 24;
const picturesPerCluster = 30;

/**
 * Embeddings as a model makes them, in clusters and of a low rank; the same for the same seed, and those of other seeds
 * are others of the same clusters, of which a space has so many.
 */
export function syntheticEmbeddings(
  { pictures, vectors, length }: SyntheticSpace,
  { seed, clusters: numClusters = Math.ceil(pictures / picturesPerCluster) }: { seed: number; clusters?: number },
): readonly Embedding[] {
  const [world, own] = [normals(1), normals(seed)];
  const basis = Array.from({ length: rank }, () => Array.from({ length }, world));
  const clusters = Array.from({ length: numClusters }, () => Array.from({ length: rank }, world));
  return Array.from({ length: pictures }, (_, picture) => {
    const cluster = clusters[(picture * 7) % numClusters]!;
    const vector = (): readonly number[] => {
      const latent = cluster.map((value) => value + 0.5 * own());
      return unit(basis[0]!.map((_, i) => latent.reduce((sum, value, r) => sum + value * basis[r]![i]!, 0)));
    };
    return { values: Float32Array.from(Array.from({ length: vectors }, vector).flat()), vectors };
  });
}

/** Writes embeddings into a gallery that has none, as where there is no pgvector. */
export async function writeSpace(
  sql: Sql,
  gallery: number,
  { name, pictures, vectors, length }: SyntheticSpace,
  all: readonly Embedding[],
): Promise<void> {
  await sql.query(
    `INSERT INTO triptych.space (gallery, name, vectors, length, change, pictures) VALUES ($1, $2, $3, $4, $5, $5)`,
    [gallery, name, vectors, length, pictures],
  );
  await sql.query(
    `INSERT INTO triptych.embedding (space, row, change, vector)
     SELECT space.id, n, n, decode(hex, 'hex') FROM triptych.space, unnest($2::text[]) WITH ORDINALITY AS given (hex, n)
     WHERE name = $1`,
    [name, all.map(({ values }) => Buffer.from(values.buffer).toString("hex"))],
  );
}

/** The rows (1, 2, …) of the `k` embeddings most similar to the query. */
export function nearestRows(all: readonly Embedding[], query: Embedding, k: number): readonly number[] {
  const scored = all.map((each, i) => ({ row: i + 1, similarity: similarity(each, query) }));
  return scored
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, k)
    .map(({ row }) => row);
}

/** The part of `expected` that was found. */
export function recall(found: readonly number[], expected: readonly number[]): number {
  return expected.filter((row) => found.includes(row)).length / expected.length;
}

function unit(vector: readonly number[]): readonly number[] {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

/** Normally distributed numbers: mulberry32 and Box-Muller. */
function normals(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
