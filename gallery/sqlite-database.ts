import { existsSync } from "node:fs";
import { InferenceError } from "../inference/index.ts";
import { migrate, migrations, refuseNewer, schemaVersion } from "./migrations.ts";
import { Sqlite } from "./sqlite.ts";

/** Opens a gallery's database, made or brought up to date; one that a newer release wrote is refused. */
export async function openDatabase(file: string): Promise<Sqlite> {
  try {
    const sql = new Sqlite(file);
    refuseNewer(sql, file);
    await sql.makeDurable();
    migrate(sql, file);
    return sql;
  } catch (cause) {
    throw unopened(file, cause);
  }
}

/** Opens one that is there and up to date, and refuses to write to it. */
export function openDatabaseToRead(file: string): Sqlite {
  if (!existsSync(file)) throw unopened(file, new Error("there is no such file"));
  try {
    const sql = new Sqlite(file);
    sql.exec("PRAGMA query_only = ON");
    refuseNewer(sql, file);
    if (schemaVersion(sql) < migrations.length)
      throw new Error("an older release wrote it; a start of the server brings it up to date");
    return sql;
  } catch (cause) {
    throw unopened(file, cause);
  }
}

function unopened(file: string, cause: unknown): InferenceError {
  if (cause instanceof InferenceError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new InferenceError("INTERNAL_SERVER_ERROR", `${file} cannot be opened: ${reason}`, { cause });
}
