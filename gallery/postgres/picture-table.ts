import { date, number, text } from "../../postgres/row.ts";
import type { SqlRow, Statements } from "../../postgres/sql.ts";
import { type PictureEntry, pictureFacts } from "../picture-table.ts";
import type { PictureRow } from "../store.ts";

const columns = "row, sha256, width, height, byte_size, format, caption, created_at";

/** The number of the gallery of that name, which is made if it is missing. */
export async function galleryNumber(sql: Statements, name: string): Promise<number> {
  await sql.query("INSERT INTO triptych.gallery (name) VALUES ($1) ON CONFLICT DO NOTHING", [name]);
  const [row] = await sql.query("SELECT id FROM triptych.gallery WHERE name = $1", [name]);
  return number(row!, "id");
}

/** Inserts the picture, or gives the one that is there the new caption, if there is a new one. */
export async function upsertPicture(sql: Statements, gallery: number, entry: PictureEntry): Promise<PictureRow> {
  const [known] = await sql.query(
    `UPDATE triptych.picture SET caption = coalesce($3, caption) WHERE gallery = $1 AND sha256 = $2 RETURNING ${columns}`,
    [gallery, entry.id, entry.caption ?? null],
  );
  return pictureOf(known ?? (await insertPicture(sql, gallery, entry)));
}

/** The gallery's row is locked until the commit: so rows appear in the order of their numbers. */
async function insertPicture(sql: Statements, gallery: number, entry: PictureEntry): Promise<SqlRow> {
  const { id, width, height, byteSize, format, caption, createdAt = new Date() } = entry;
  const [row] = await sql.query(
    `WITH next AS (
       UPDATE triptych.gallery SET last_row = last_row + 1, pictures = pictures + 1 WHERE id = $1 RETURNING last_row
     )
     INSERT INTO triptych.picture (gallery, ${columns})
     SELECT $1, last_row, $2, $3, $4, $5, $6, $7, $8 FROM next RETURNING ${columns}`,
    [gallery, id, width, height, byteSize, format, caption ?? null, createdAt],
  );
  return row!;
}

/** One for each id, in the same order. */
export async function picturesById(
  sql: Statements,
  gallery: number,
  ids: readonly string[],
): Promise<readonly (PictureRow | undefined)[]> {
  const rows = await sql.query(`SELECT ${columns} FROM triptych.picture WHERE gallery = $1 AND sha256 = ANY($2)`, [
    gallery,
    ids,
  ]);
  const byId = new Map(rows.map((row) => [text(row, "sha256"), pictureOf(row)]));
  return ids.map((id) => byId.get(id));
}

/** Those of `rows` that are there. */
export async function picturesByRow(
  sql: Statements,
  gallery: number,
  rows: readonly number[],
): Promise<ReadonlyMap<number, PictureRow>> {
  const found = await sql.query(`SELECT ${columns} FROM triptych.picture WHERE gallery = $1 AND row = ANY($2)`, [
    gallery,
    rows,
  ]);
  return new Map(found.map((row) => [number(row, "row"), pictureOf(row)]));
}

/** Newest first; `before` absent starts at the newest. */
export async function pageOfPictures(
  sql: Statements,
  gallery: number,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly PictureRow[]> {
  const rows = await sql.query(
    `SELECT ${columns} FROM triptych.picture WHERE gallery = $1 AND row < $2 ORDER BY row DESC LIMIT $3`,
    [gallery, before ?? Number.MAX_SAFE_INTEGER, limit],
  );
  return rows.map(pictureOf);
}

/** Kept with the gallery: every search asks for it, and to count a million takes longer than to search them. */
export async function countPictures(sql: Statements, gallery: number): Promise<number> {
  const [row] = await sql.query("SELECT pictures FROM triptych.gallery WHERE id = $1", [gallery]);
  return number(row!, "pictures");
}

/** Oldest first, those after row `after` that have no embedding in the space. */
export async function picturesWithoutEmbedding(
  sql: Statements,
  gallery: number,
  { space, after, limit }: { readonly space: string; readonly after: number; readonly limit: number },
): Promise<readonly PictureRow[]> {
  const rows = await sql.query(
    `SELECT ${columns} FROM triptych.picture WHERE gallery = $1 AND row > $3 AND NOT EXISTS (
       SELECT 1 FROM triptych.embedding WHERE embedding.row = picture.row
         AND embedding.space = (SELECT id FROM triptych.space WHERE gallery = $1 AND name = $2)
     ) ORDER BY row LIMIT $4`,
    [gallery, space, after, limit],
  );
  return rows.map(pictureOf);
}

/** Locks those of the pictures that are there against whoever else changes them, in the order of their rows. */
export async function lockPictures(
  sql: Statements,
  gallery: number,
  ids: readonly string[],
): Promise<readonly PictureRow[]> {
  const rows = await sql.query(
    `SELECT ${columns} FROM triptych.picture WHERE gallery = $1 AND sha256 = ANY($2) ORDER BY row FOR UPDATE`,
    [gallery, ids],
  );
  return rows.map(pictureOf);
}

/** Removes the rows; their embeddings must be gone already. */
export async function deletePictures(sql: Statements, gallery: number, rows: readonly number[]): Promise<void> {
  await sql.query(
    `WITH gone AS (DELETE FROM triptych.picture WHERE gallery = $1 AND row = ANY($2) RETURNING row)
     UPDATE triptych.gallery SET pictures = pictures - (SELECT count(*) FROM gone) WHERE id = $1`,
    [gallery, rows],
  );
}

function pictureOf(row: SqlRow): PictureRow {
  return { ...pictureFacts(row), row: number(row, "row"), createdAt: date(row, "created_at") };
}
