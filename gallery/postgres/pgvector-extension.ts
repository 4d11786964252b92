import { inTurn } from "../../postgres/migrate.ts";
import { text } from "../../postgres/row.ts";
import type { Sql } from "../../postgres/sql.ts";
import type { Vectors } from "./vector-table.ts";

/** Of 0.8: scans that go on until there are enough, without which a picture's many vectors could fill a page. */
const leastVersion = [0, 8] as const;

/** Whether the database searches vectors, and why not. */
export interface Pgvector {
  readonly vectors: Vectors;
  readonly problem?: string;
}

/** Looks for pgvector in the database, and creates it where the server has it and this user may. */
export async function findPgvector(sql: Sql): Promise<Pgvector> {
  const [offered] = await sql.query("SELECT default_version FROM pg_available_extensions WHERE name = 'vector'");
  if (offered === undefined) return { vectors: "kept", problem: "the server has no pgvector" };
  try {
    await inTurn(sql, (transaction) => transaction.query("CREATE EXTENSION IF NOT EXISTS vector"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { vectors: "kept", problem: `pgvector is not created in the database, and cannot be: ${reason}` };
  }
  const [installed] = await sql.query("SELECT extversion FROM pg_extension WHERE extname = 'vector'");
  const version = text(installed!, "extversion");
  if (isLate(version)) return { vectors: "searched" };
  return { vectors: "kept", problem: `pgvector ${version} is too old: it takes ${leastVersion.join(".")} or later` };
}

function isLate(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > leastVersion[0] || (major === leastVersion[0] && minor >= leastVersion[1]);
}
