import { number, text } from "../../postgres/row.ts";
import type { SqlRow, Statements } from "../../postgres/sql.ts";
import type { Embedding } from "../store.ts";
import { createVectorTable, type Vectors } from "./vector-table.ts";

export interface Space {
  readonly id: number;
  /** Of each picture. */
  readonly vectors: number;
  /** Numbers in a vector. */
  readonly length: number;
  /** The newest change. */
  readonly change: number;
  /** How many have an embedding. */
  readonly pictures: number;
  readonly hasVectorTable: boolean;
}

const columns = "id, vectors, length, change, pictures, has_vector_table";
const selectSpace = `SELECT ${columns} FROM triptych.space WHERE gallery = $1 AND name = $2`;

export async function spaceNames(sql: Statements, gallery: number): Promise<readonly string[]> {
  const rows = await sql.query("SELECT name FROM triptych.space WHERE gallery = $1 ORDER BY id", [gallery]);
  return rows.map((row) => text(row, "name"));
}

/** Undefined for a space that nothing has happened in. */
export async function findSpace(sql: Statements, gallery: number, name: string): Promise<Space | undefined> {
  const [row] = await sql.query(selectSpace, [gallery, name]);
  return row && spaceOf(row);
}

/** The space, locked until the transaction ends: its changes are committed in the order of their numbers. */
export async function lockSpace(sql: Statements, gallery: number, name: string): Promise<Space | undefined> {
  const [row] = await sql.query(`${selectSpace} FOR UPDATE`, [gallery, name]);
  return row && spaceOf(row);
}

/** Those spaces in which a picture of these rows has an embedding, locked in the order of their numbers. */
export async function lockSpacesOf(
  sql: Statements,
  gallery: number,
  rows: readonly number[],
): Promise<readonly Space[]> {
  const found = await sql.query(
    `SELECT ${columns} FROM triptych.space WHERE gallery = $1 AND EXISTS (
       SELECT 1 FROM triptych.embedding WHERE embedding.space = space.id AND row = ANY($2)
     ) ORDER BY id FOR UPDATE`,
    [gallery, rows],
  );
  return found.map(spaceOf);
}

/** The space of an embedding, locked, and made if it is missing; a RangeError if what is in it is of another shape. */
export async function spaceFor(sql: Statements, wanted: NewSpace): Promise<Space> {
  const { gallery, name, embedding } = wanted;
  const { values, vectors } = embedding;
  const length = values.length / vectors;
  const space = (await lockSpace(sql, gallery, name)) ?? (await makeSpace(sql, wanted));
  if (space.vectors === vectors && space.length === length) return space;
  const holds = `${space.vectors} × ${space.length} numbers of each picture`;
  throw new RangeError(`space ${name} holds ${holds}, not ${vectors} × ${length}`);
}

interface NewSpace {
  readonly gallery: number;
  readonly name: string;
  /** The first one. */
  readonly embedding: Embedding;
  readonly vectors: Vectors;
}

/** Of two that make it at once, the second waits for the first's commit and finds it made. */
async function makeSpace(sql: Statements, { gallery, name, embedding, vectors: kind }: NewSpace): Promise<Space> {
  const { values, vectors } = embedding;
  const made = await sql.query(
    "INSERT INTO triptych.space (gallery, name, vectors, length) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id",
    [gallery, name, vectors, values.length / vectors],
  );
  const space = (await lockSpace(sql, gallery, name))!;
  if (made.length === 0 || kind === "kept") return space;
  await createVectorTable(sql, space);
  return { ...space, hasVectorTable: true };
}

/** Counts a change of the space, or one for each of the pictures that come (or go: below 0); gives the last's number. */
export async function nextChange(
  sql: Statements,
  { id }: Space,
  { pictures }: { readonly pictures: number },
): Promise<number> {
  const [row] = await sql.query(
    "UPDATE triptych.space SET change = change + abs($2::int), pictures = pictures + $2 WHERE id = $1 RETURNING change",
    [id, pictures],
  );
  return number(row!, "change");
}

function spaceOf(row: SqlRow): Space {
  return {
    id: number(row, "id"),
    vectors: number(row, "vectors"),
    length: number(row, "length"),
    change: number(row, "change"),
    pictures: number(row, "pictures"),
    hasVectorTable: row.has_vector_table === true,
  };
}
