import { InferenceError } from "../inference/index.ts";
import { number } from "../postgres/row.ts";
import type { Sqlite } from "./sqlite.ts";

/**
 * Step n takes a database from version n to version n + 1. A step that has been released is never changed.
 *
 * Pictures and embeddings are removed by statements, not by cascades: each removal has a change number to take.
 * `embedding.vector` is never empty, because libsql 0.5.29 ends the process when it reads an empty blob.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE picture (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
     width INTEGER NOT NULL CHECK (width > 0),
     height INTEGER NOT NULL CHECK (height > 0),
     byte_size INTEGER NOT NULL CHECK (byte_size > 0),
     format TEXT NOT NULL,
     caption TEXT,
     created_at INTEGER NOT NULL
   ) STRICT;`,

  `CREATE TABLE space (
     id INTEGER PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     length INTEGER NOT NULL CHECK (length > 0),
     change INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE embedding (
     id INTEGER PRIMARY KEY,
     space INTEGER NOT NULL REFERENCES space,
     picture INTEGER NOT NULL REFERENCES picture,
     change INTEGER NOT NULL,
     vector BLOB NOT NULL CHECK (length(vector) > 0),
     UNIQUE (space, change),
     UNIQUE (picture, space)
   ) STRICT;
   CREATE TABLE removal (
     space INTEGER NOT NULL REFERENCES space,
     change INTEGER NOT NULL,
     picture INTEGER NOT NULL,
     added INTEGER NOT NULL,
     PRIMARY KEY (space, change)
   ) STRICT, WITHOUT ROWID;`,

  `CREATE TABLE marker (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,

  `ALTER TABLE space ADD COLUMN vectors INTEGER NOT NULL DEFAULT 1 CHECK (vectors > 0);`,
];

/** The version of the database's schema: the number of steps it has taken. */
export function schemaVersion(sql: Sqlite): number {
  return number(sql.first("PRAGMA user_version")!, "user_version");
}

/** Throws for a database that a newer release has written, before anything in it is touched. */
export function refuseNewer(sql: Sqlite, file: string): void {
  const version = schemaVersion(sql);
  if (version <= migrations.length) return;
  throw new InferenceError(
    "INTERNAL_SERVER_ERROR",
    `${file} has schema version ${version}, and this release knows versions up to ${migrations.length}: ` +
      "start the newer release that wrote it, or name another data folder",
  );
}

/** Takes the steps that are missing, in one transaction: of two processes that start together, one takes them. */
export function migrate(sql: Sqlite, file: string): void {
  sql.transaction(() => {
    refuseNewer(sql, file);
    for (const step of migrations.slice(schemaVersion(sql))) sql.exec(step);
    sql.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}
