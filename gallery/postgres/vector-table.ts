import { number } from "../../postgres/row.ts";
import type { Statements } from "../../postgres/sql.ts";
import type { Embedding } from "../store.ts";
import type { Neighbour } from "../vector-search.ts";

/** What becomes of a space's vectors: `searched` by pgvector, or only `kept`. */
export type Vectors = "searched" | "kept";

/** The space of a vector table. */
export interface VectorSpace {
  readonly id: number;
  /** Numbers in a vector. */
  readonly length: number;
}

/** The longest halfvec that pgvector indexes; longer ones are compared one by one. */
const maxIndexedLength = 4_000;

/**
 * A table for each space of each gallery, of 16-bit vectors with an HNSW index, several rows for a picture that has
 * several vectors.
 *
 * Spaces have vectors of different lengths, and an index takes one. One table with partial indexes on
 * `(vector::halfvec(n)) WHERE space = …` would do, too, but each new space would lock and read all vectors of all
 * others to build its empty index, and what the planner knows of the column would be of a mixture. And a gallery's own
 * index finds its best whatever others hold: filtered by gallery, an approximate search in a shared one would find
 * fewer the smaller the gallery is.
 */
export async function createVectorTable(sql: Statements, { id, length }: VectorSpace): Promise<void> {
  const table = tableOf(id);
  await sql.query(`
    CREATE TABLE ${table} (row bigint NOT NULL, vector halfvec(${length}) NOT NULL);
    ALTER TABLE ${table} ALTER COLUMN vector SET STORAGE PLAIN;
    CREATE INDEX ON ${table} (row);
  `);
  if (length <= maxIndexedLength)
    await sql.query(`CREATE INDEX ON ${table} USING hnsw (vector halfvec_ip_ops) WITH (m = 16, ef_construction = 64)`);
  await sql.query("UPDATE triptych.space SET has_vector_table = true WHERE id = $1", [id]);
}

export async function insertVectors(
  sql: Statements,
  { id, length }: VectorSpace,
  pictures: readonly { readonly row: number; readonly embedding: Embedding }[],
): Promise<void> {
  const vectors = pictures.flatMap(({ row, embedding }) => literals(embedding).map((vector) => ({ row, vector })));
  await sql.query(
    `INSERT INTO ${tableOf(id)} (row, vector)
     SELECT row, vector::halfvec(${length}) FROM unnest($1::bigint[], $2::text[]) AS given (row, vector)`,
    [vectors.map(({ row }) => row), vectors.map(({ vector }) => vector)],
  );
}

export async function deleteVectors(sql: Statements, { id }: VectorSpace, rows: readonly number[]): Promise<void> {
  await sql.query(`DELETE FROM ${tableOf(id)} WHERE row = ANY($1)`, [rows]);
}

/** What a look at the table gives. */
export interface Nearest {
  /** Best first. A picture that is not among them is no more similar than `bound`. */
  readonly neighbours: readonly Neighbour[];
  readonly bound: number;
  /** Whether there were as many vectors as were asked for: deeper there may be more. */
  readonly isFull: boolean;
}

/** The pictures of the `depth` vectors that are most similar to each of the query's. */
export async function nearestVectors(
  sql: Statements,
  { id, length }: VectorSpace,
  { query, depth }: { readonly query: Embedding; readonly depth: number },
): Promise<Nearest> {
  const rows = await sql.query(nearestQuery({ id, length }), [literals(query), depth]);
  const neighbours = rows.map((row) => ({ row: number(row, "row"), similarity: number(row, "similarity") }));
  const [first] = rows;
  if (first === undefined) return { neighbours, bound: -Infinity, isFull: false };
  return { neighbours, bound: number(first, "bound"), isFull: number(first, "fewest") === depth };
}

/**
 * `<#>` is the negative dot product, and an index scan gives its order; of $1, the query's vectors, and $2, the depth. The
 * query's vectors are read once: within the look each would be read again for every row.
 */
export function nearestQuery({ id, length }: VectorSpace): string {
  return `
    WITH given AS MATERIALIZED (
      SELECT number, text::halfvec(${length}) AS query FROM unnest($1::text[]) WITH ORDINALITY AS texts (text, number)
    ), nearest AS MATERIALIZED (
      SELECT given.number, found.row, -found.distance AS similarity FROM given, LATERAL (
        SELECT row, vector <#> given.query AS distance FROM ${tableOf(id)} ORDER BY vector <#> given.query LIMIT $2
      ) AS found
    )
    SELECT row, max(similarity) AS similarity, edge.bound, edge.fewest
    FROM nearest, (
      SELECT max(least) AS bound, min(vectors) AS fewest
      FROM (SELECT min(similarity) AS least, count(*) AS vectors FROM nearest GROUP BY number) AS looks
    ) AS edge
    GROUP BY row, edge.bound, edge.fewest ORDER BY similarity DESC, row`;
}

/** The id is a number of the database's own. */
function tableOf(space: number): string {
  return `triptych.vectors_${space}`;
}

/** Each vector as pgvector reads it. Six digits are more than 16 bits hold. */
function literals({ values, vectors }: Embedding): readonly string[] {
  const length = values.length / vectors;
  return Array.from({ length: vectors }, (_, i) => {
    const vector = values.subarray(i * length, (i + 1) * length);
    return `[${Array.from(vector, (value) => value.toPrecision(6)).join(",")}]`;
  });
}
