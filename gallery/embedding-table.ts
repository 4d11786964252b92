import { number, text } from "../postgres/row.ts";
import { bytesOf, chunkOf, type LoggedChange } from "./change-chunk.ts";
import type { Changes, Embedding } from "./store.ts";
import { blob, type Sqlite, type SqlRow } from "./sqlite.ts";

interface Space {
  readonly id: number;
  /** Of each picture. */
  readonly vectors: number;
  /** Numbers in a vector. */
  readonly length: number;
  /** The newest change. */
  readonly change: number;
}

/** Writes the embedding as the space's next change. Does nothing if there is one, or if the picture is gone. */
export function insertEmbedding(sql: Sqlite, name: string, row: number, embedding: Embedding): void {
  if (sql.first("SELECT 1 FROM picture WHERE id = ?", [row]) === undefined) return;
  if (readEmbedding(sql, name, row) !== undefined) return;
  const space = spaceFor(sql, name, embedding);
  sql.run("INSERT INTO embedding (space, picture, change, vector) VALUES (?, ?, ?, ?)", [
    space.id,
    row,
    nextChange(sql, space.id),
    bytesOf(embedding.values),
  ]);
}

/** Undefined while the picture has none in this space. */
export function readEmbedding(sql: Sqlite, name: string, row: number): Embedding | undefined {
  const found = sql.first(
    "SELECT vector, vectors FROM embedding JOIN space ON space.id = embedding.space WHERE picture = ? AND name = ?",
    [row, name],
  );
  return found === undefined ? undefined : { values: valuesOf(found), vectors: number(found, "vectors") };
}

/** Removes a picture's embeddings; each removal is its space's next change. */
export function removeEmbeddings(sql: Sqlite, row: number): void {
  for (const embedding of sql.all("SELECT space, change FROM embedding WHERE picture = ?", [row])) {
    const space = number(embedding, "space");
    sql.run("INSERT INTO removal (space, change, picture, added) VALUES (?, ?, ?, ?)", [
      space,
      nextChange(sql, space),
      row,
      number(embedding, "change"),
    ]);
  }
  sql.run("DELETE FROM embedding WHERE picture = ?", [row]);
}

export function spaceNames(sql: Sqlite): readonly string[] {
  return sql.all("SELECT name FROM space ORDER BY id").map((row) => text(row, "name"));
}

/** The number of the space's newest change, 0 for a space that nothing has happened in. */
export function newestChange(sql: Sqlite, name: string): number {
  return findSpace(sql, name)?.change ?? 0;
}

/**
 * The changes after `at`, of at most `limit` vectors or of one picture. A removal is told only to a follower that can have seen the picture come, one
 * that is at `added` or later. The newest change is read first, so that `to` promises nothing that was not looked at.
 */
export function changesAfter(sql: Sqlite, name: string, { at, limit }: { at: number; limit: number }): Changes {
  const space = findSpace(sql, name);
  if (space === undefined || space.change <= at) return chunkOf([], { from: at, to: at });
  const maxChanges = Math.max(1, Math.floor(limit / space.vectors));
  const rows = sql.all(
    `SELECT change, picture, vector FROM embedding WHERE space = ?1 AND change > ?2 AND change <= ?3
     UNION ALL
     SELECT change, picture, NULL FROM removal WHERE space = ?1 AND change > ?2 AND change <= ?3 AND added <= ?2
     ORDER BY change LIMIT ?4`,
    [space.id, at, space.change, maxChanges],
  );
  const to = rows.length < maxChanges ? space.change : number(rows.at(-1)!, "change");
  return chunkOf(rows.map(changeOf), { from: at, to });
}

function changeOf(row: SqlRow): LoggedChange {
  return { row: number(row, "picture"), came: row.vector === null ? undefined : valuesOf(row) };
}

function findSpace(sql: Sqlite, name: string): Space | undefined {
  const row = sql.first("SELECT id, vectors, length, change FROM space WHERE name = ?", [name]);
  if (row === undefined) return undefined;
  const [id, vectors, length, change] = (["id", "vectors", "length", "change"] as const).map((c) => number(row, c));
  return { id: id!, vectors: vectors!, length: length!, change: change! };
}

/** The space of that name, made if it is missing; a RangeError if what is in it is of another shape. */
function spaceFor(sql: Sqlite, name: string, { values, vectors }: Embedding): Space {
  const length = values.length / vectors;
  sql.run("INSERT INTO space (name, vectors, length, change) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING", [
    name,
    vectors,
    length,
  ]);
  const space = findSpace(sql, name)!;
  if (space.vectors === vectors && space.length === length) return space;
  const holds = `${space.vectors} × ${space.length} numbers of each picture`;
  throw new RangeError(`space ${name} holds ${holds}, not ${vectors} × ${length}`);
}

function nextChange(sql: Sqlite, space: number): number {
  return number(sql.first("UPDATE space SET change = change + 1 WHERE id = ? RETURNING change", [space])!, "change");
}

function valuesOf(row: SqlRow): Float32Array {
  return new Float32Array(blob(row, "vector"));
}
