import { bytes, number } from "../../postgres/row.ts";
import type { SqlRow, Statements } from "../../postgres/sql.ts";
import { bytesOf, chunkOf, type LoggedChange } from "../change-chunk.ts";
import type { Changes, Embedding } from "../store.ts";
import { findSpace, lockSpacesOf, nextChange, type Space, spaceFor } from "./space-table.ts";
import { deleteVectors, insertVectors, type Vectors } from "./vector-table.ts";

/** An embedding, and whose it is. */
export interface PictureEmbedding {
  readonly space: string;
  readonly row: number;
  readonly embedding: Embedding;
}

/**
 * Writes the embedding as the space's next change; must run in a transaction. Does nothing if there is one, or if the
 * picture is gone. The picture is locked first, then the space, as in a removal: two that meet wait, and neither fails.
 */
export async function insertEmbedding(
  sql: Statements,
  gallery: number,
  { space: name, row, embedding }: PictureEmbedding,
  vectors: Vectors,
): Promise<void> {
  const picture = "SELECT 1 FROM triptych.picture WHERE gallery = $1 AND row = $2 FOR KEY SHARE";
  if ((await sql.query(picture, [gallery, row])).length === 0) return;
  const space = await spaceFor(sql, { gallery, name, embedding, vectors });
  const known = "SELECT 1 FROM triptych.embedding WHERE space = $1 AND row = $2";
  if ((await sql.query(known, [space.id, row])).length > 0) return;
  const change = await nextChange(sql, space, { pictures: 1 });
  await sql.query("INSERT INTO triptych.embedding (space, row, change, vector) VALUES ($1, $2, $3, $4)", [
    space.id,
    row,
    change,
    bytesOf(embedding.values),
  ]);
  if (space.hasVectorTable) await insertVectors(sql, space, [{ row, embedding }]);
}

/** Undefined while the picture has none in this space. */
export async function readEmbedding(
  sql: Statements,
  gallery: number,
  { space, row }: { readonly space: string; readonly row: number },
): Promise<Embedding | undefined> {
  const [found] = await sql.query(
    `SELECT vector, vectors FROM triptych.embedding JOIN triptych.space ON space.id = embedding.space
     WHERE gallery = $1 AND name = $2 AND row = $3`,
    [gallery, space, row],
  );
  return found && { values: valuesOf(found), vectors: number(found, "vectors") };
}

/** Removes the embeddings of locked pictures, space by space; each removal is its space's next change. */
export async function removeEmbeddings(sql: Statements, gallery: number, rows: readonly number[]): Promise<void> {
  for (const space of await lockSpacesOf(sql, gallery, rows)) await removeFromSpace(sql, space, rows);
}

async function removeFromSpace(sql: Statements, space: Space, rows: readonly number[]): Promise<void> {
  const gone = await sql.query(
    "DELETE FROM triptych.embedding WHERE space = $1 AND row = ANY($2) RETURNING row, change",
    [space.id, rows],
  );
  const last = await nextChange(sql, space, { pictures: -gone.length });
  await sql.query(
    `INSERT INTO triptych.removal (space, change, row, added)
     SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[])`,
    [
      space.id,
      gone.map((_, i) => last - gone.length + 1 + i),
      gone.map((each) => number(each, "row")),
      gone.map((each) => number(each, "change")),
    ],
  );
  if (space.hasVectorTable) await deleteVectors(sql, space, rows);
}

/**
 * The changes after `at`, of at most `limit` vectors or of one picture; see the same of SQLite. What a removal takes
 * away between the two statements is told as that removal, whose number is beyond `to`.
 */
export async function changesAfter(
  sql: Statements,
  gallery: number,
  { space: name, at, limit }: { readonly space: string; readonly at: number; readonly limit: number },
): Promise<Changes> {
  const space = await findSpace(sql, gallery, name);
  if (space === undefined || space.change <= at) return chunkOf([], { from: at, to: at });
  const maxChanges = Math.max(1, Math.floor(limit / space.vectors));
  const rows = await sql.query(
    `SELECT change, row, vector FROM triptych.embedding WHERE space = $1 AND change > $2 AND change <= $3
     UNION ALL
     SELECT change, row, NULL FROM triptych.removal WHERE space = $1 AND change > $2 AND change <= $3 AND added <= $2
     ORDER BY change LIMIT $4`,
    [space.id, at, space.change, maxChanges],
  );
  const to = rows.length < maxChanges ? space.change : number(rows.at(-1)!, "change");
  return chunkOf(rows.map(changeOf), { from: at, to });
}

function changeOf(row: SqlRow): LoggedChange {
  return { row: number(row, "row"), came: row.vector === null ? undefined : valuesOf(row) };
}

/** Copied: what the database gives need not lie where floats may. */
export function valuesOf(row: SqlRow): Float32Array {
  return new Float32Array(Uint8Array.from(bytes(row, "vector")).buffer);
}
