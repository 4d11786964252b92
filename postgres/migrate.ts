import { number } from "./row.ts";
import type { Sql, Statements } from "./sql.ts";

/** A part of the schema `triptych` that has versions of its own. */
export interface SchemaPart {
  readonly name: string;
  /** Step n takes the part from version n to version n + 1. A step that has been released is never changed. */
  readonly steps: readonly string[];
}

/** Any number that nobody else locks by. */
const migrationLock = 7_420_110_321;

/**
 * Brings the part up to date in one transaction; of machines that start together, one does it and the others wait. A
 * part that a newer release has written is refused, and nothing in it is touched.
 */
export async function migrate(sql: Sql, part: SchemaPart): Promise<void> {
  await inTurn(sql, async (transaction) => {
    await makeSchema(transaction);
    const version = await versionOf(transaction, part);
    refuseNewer(part, version);
    for (const step of part.steps.slice(version)) await transaction.query(step);
    if (version < part.steps.length) await setVersion(transaction, part);
  });
}

/** Does work of which the database takes one at a time, in a transaction, whichever machines start together. */
export function inTurn<T>(sql: Sql, work: (sql: Statements) => Promise<T>): Promise<T> {
  return sql.transaction(async (transaction) => {
    await transaction.query("SELECT pg_advisory_xact_lock($1)", [migrationLock]);
    return work(transaction);
  });
}

/** Looked for first: whoever may only use the schema need not be allowed to make one. */
async function makeSchema(sql: Statements): Promise<void> {
  const [found] = await sql.query("SELECT to_regclass('triptych.schema_version') IS NOT NULL AS exists");
  if (found?.exists === true) return;
  await sql.query(
    `CREATE SCHEMA IF NOT EXISTS triptych;
     CREATE TABLE triptych.schema_version (part text PRIMARY KEY, version int NOT NULL)`,
  );
}

async function versionOf(sql: Statements, { name }: SchemaPart): Promise<number> {
  const [row] = await sql.query("SELECT version FROM triptych.schema_version WHERE part = $1", [name]);
  return row === undefined ? 0 : number(row, "version");
}

function refuseNewer({ name, steps }: SchemaPart, version: number): void {
  if (version <= steps.length) return;
  throw new Error(
    `the database's ${name} has schema version ${version}, and this release knows versions up to ${steps.length}: ` +
      "start the newer release that wrote it, or name another database",
  );
}

async function setVersion(sql: Statements, { name, steps }: SchemaPart): Promise<void> {
  await sql.query(
    `INSERT INTO triptych.schema_version (part, version) VALUES ($1, $2)
     ON CONFLICT (part) DO UPDATE SET version = excluded.version`,
    [name, steps.length],
  );
}
