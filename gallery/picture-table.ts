import { number, text } from "../postgres/row.ts";
import type { NewPicture, Picture, PictureFormat, PictureRow } from "./store.ts";
import type { Sqlite, SqlRow } from "./sqlite.ts";

/** What is written of a picture: all but its bytes, which lie in its file. */
export interface PictureEntry extends Omit<NewPicture, "bytes"> {
  readonly id: string;
  readonly byteSize: number;
}

const columns = "id, sha256, width, height, byte_size, format, caption, created_at";

/** Inserts the picture, or gives the one that is there the new caption, if there is a new one. */
export function upsertPicture(sql: Sqlite, entry: PictureEntry): PictureRow {
  const { id, width, height, byteSize, format, caption, createdAt = new Date() } = entry;
  const row = sql.first(
    `INSERT INTO picture (sha256, width, height, byte_size, format, caption, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (sha256) DO UPDATE SET caption = coalesce(excluded.caption, caption) RETURNING ${columns}`,
    [id, width, height, byteSize, format, caption ?? null, createdAt.getTime()],
  );
  return pictureOf(row!);
}

/** One for each id, in the same order. */
export function picturesById(sql: Sqlite, ids: readonly string[]): readonly (PictureRow | undefined)[] {
  const rows = sql.all(`SELECT ${columns} FROM picture WHERE sha256 IN (SELECT value FROM json_each(?))`, [
    JSON.stringify(ids),
  ]);
  const byId = new Map(rows.map((row) => [text(row, "sha256"), pictureOf(row)]));
  return ids.map((id) => byId.get(id));
}

/** Those of `rows` that are there. */
export function picturesByRow(sql: Sqlite, rows: readonly number[]): ReadonlyMap<number, PictureRow> {
  const found = sql.all(`SELECT ${columns} FROM picture WHERE id IN (SELECT value FROM json_each(?))`, [
    JSON.stringify(rows),
  ]);
  return new Map(found.map((row) => [number(row, "id"), pictureOf(row)]));
}

/** Newest first; `before` absent starts at the newest. */
export function pageOfPictures(
  sql: Sqlite,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): readonly PictureRow[] {
  const start = before ?? Number.MAX_SAFE_INTEGER;
  return sql.all(`SELECT ${columns} FROM picture WHERE id < ? ORDER BY id DESC LIMIT ?`, [start, limit]).map(pictureOf);
}

export function countPictures(sql: Sqlite): number {
  return number(sql.first("SELECT count(*) AS pictures FROM picture")!, "pictures");
}

/** Which of these ids are there. */
export function knownIds(sql: Sqlite, ids: readonly string[]): ReadonlySet<string> {
  const rows = sql.all("SELECT sha256 FROM picture WHERE sha256 IN (SELECT value FROM json_each(?))", [
    JSON.stringify(ids),
  ]);
  return new Set(rows.map((row) => text(row, "sha256")));
}

/** Oldest first, those after row `after` that have no embedding in the space. */
export function picturesWithoutEmbedding(
  sql: Sqlite,
  space: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): readonly PictureRow[] {
  return sql
    .all(
      `SELECT ${columns} FROM picture WHERE id > ? AND NOT EXISTS (
         SELECT 1 FROM embedding WHERE embedding.picture = picture.id
           AND embedding.space = (SELECT id FROM space WHERE name = ?)
       ) ORDER BY id LIMIT ?`,
      [after, space, limit],
    )
    .map(pictureOf);
}

/** Removes the row; its embeddings must be gone already. */
export function deletePicture(sql: Sqlite, row: number): void {
  sql.run("DELETE FROM picture WHERE id = ?", [row]);
}

function pictureOf(row: SqlRow): PictureRow {
  return {
    ...pictureFacts(row),
    row: number(row, "id"),
    createdAt: new Date(number(row, "created_at")),
  };
}

/** What every store's table has of a picture in the same columns. */
export function pictureFacts(row: SqlRow): Omit<Picture, "createdAt"> {
  return {
    id: text(row, "sha256"),
    width: number(row, "width"),
    height: number(row, "height"),
    byteSize: number(row, "byte_size"),
    format: text(row, "format") as PictureFormat,
    caption: row.caption === null ? undefined : text(row, "caption"),
  };
}
