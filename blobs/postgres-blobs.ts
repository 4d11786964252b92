import { DatabaseUnavailable } from "../postgres/database-unavailable.ts";
import { migrate, type SchemaPart } from "../postgres/migrate.ts";
import { bytes as bytesOf } from "../postgres/row.ts";
import { Sql } from "../postgres/sql.ts";
import { BlobError, type BlobStore } from "./blob-store.ts";
import { explained } from "./explained.ts";
import { checkedBytes, checkedName, nameOf } from "./name.ts";

/** Few: each may hold a whole blob. */
const maxConnections = 4;

const schema: SchemaPart = {
  name: "blobs",
  steps: [
    // External: pictures are compressed already.
    `CREATE TABLE triptych.blob (sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'), bytes bytea NOT NULL);
     ALTER TABLE triptych.blob ALTER COLUMN bytes SET STORAGE EXTERNAL`,
  ],
};

/** Blobs as rows of a PostgreSQL database. */
export class PostgresBlobs implements BlobStore {
  readonly #sql: Sql;

  private constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Makes the table if it is missing; refuses one that a newer release wrote. */
  static open(url: string, report?: (problem: string) => void): Promise<PostgresBlobs> {
    return inPlace(async () => {
      const sql = await Sql.open(url, { report, maxConnections });
      try {
        await migrate(sql, schema);
        return new PostgresBlobs(sql);
      } catch (error) {
        await sql.close();
        throw error;
      }
    });
  }

  put(bytes: Uint8Array): Promise<string> {
    return inPlace(async () => {
      const sha256 = nameOf(bytes);
      await this.#sql.query("INSERT INTO triptych.blob (sha256, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING", [
        sha256,
        bytes,
      ]);
      return sha256;
    });
  }

  get(sha256: string): Promise<Uint8Array | undefined> {
    return inPlace(async () => {
      const [row] = await this.#sql.query("SELECT bytes FROM triptych.blob WHERE sha256 = $1", [checkedName(sha256)]);
      return row && checkedBytes(sha256, bytesOf(row, "bytes"));
    });
  }

  has(sha256: string): Promise<boolean> {
    return inPlace(async () => {
      const rows = await this.#sql.query("SELECT 1 FROM triptych.blob WHERE sha256 = $1", [checkedName(sha256)]);
      return rows.length > 0;
    });
  }

  remove(sha256s: readonly string[]): Promise<void> {
    return inPlace(async () => {
      await this.#sql.query("DELETE FROM triptych.blob WHERE sha256 = ANY($1)", [sha256s.map(checkedName)]);
    });
  }

  close(): Promise<void> {
    return this.#sql.close();
  }
}

function inPlace<T>(work: () => Promise<T>): Promise<T> {
  return explained(work, (cause, reason) => {
    return new BlobError(cause instanceof DatabaseUnavailable ? "unavailable" : "failed", reason, { cause });
  });
}
