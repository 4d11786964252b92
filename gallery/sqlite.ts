import { setTimeout as sleep } from "node:timers/promises";
import Database from "libsql";
import { InferenceError } from "../inference/index.ts";

/** Node's numbers are bound as REAL; columns with INTEGER affinity make integers of them again. */
export type SqlValue = string | number | Uint8Array | null;
export type SqlRow = Readonly<Record<string, unknown>>;

type Statement = ReturnType<Database.Database["prepare"]>;

/** How long a statement waits for another process's write to end. */
const busyTimeoutMs = 5_000;

/** One connection to a SQLite file: durable (WAL, synchronous=FULL), with foreign keys, its statements prepared once. */
export class Sqlite {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Statement>();

  constructor(file: string) {
    this.#db = new Database(file, { timeout: busyTimeoutMs });
  }

  /** Sets what makes a commit durable. Apart from the constructor, so that a file can be looked at before it is changed. */
  async makeDurable(): Promise<void> {
    await this.#useWal(Date.now() + busyTimeoutMs);
    this.#db.exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
  }

  /** Runs statements that take and give nothing. */
  exec(sql: string): void {
    try {
      this.#db.exec(sql);
    } catch (error) {
      throw explained(error);
    }
  }

  /** Runs a statement to its end and gives its rows; blobs come as ArrayBuffers. */
  all(sql: string, values: readonly SqlValue[] = []): readonly SqlRow[] {
    try {
      return this.#prepared(sql).all(values) as SqlRow[];
    } catch (error) {
      throw explained(error);
    }
  }

  /** The first row. Reads to the end all the same: a statement left half-way would hold its snapshot open. */
  first(sql: string, values: readonly SqlValue[] = []): SqlRow | undefined {
    return this.all(sql, values)[0];
  }

  /** Runs a statement that gives no rows. */
  run(sql: string, values: readonly SqlValue[] = []): void {
    try {
      this.#prepared(sql).run(values);
    } catch (error) {
      throw explained(error);
    }
  }

  /** Runs `work` holding the file's one write lock: all that it writes is committed, or nothing is. */
  transaction<T>(work: () => T): T {
    this.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** libsql ends the connection when its statements are collected as garbage; so the log is folded in before. */
  close(): void {
    this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    this.#statements.clear();
    this.#db.close();
  }

  #prepared(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Two processes that switch to WAL at the same time may meet a lock that no busy timeout covers. */
  async #useWal(deadline: number): Promise<void> {
    for (;;) {
      try {
        this.#db.exec("PRAGMA journal_mode = WAL");
        return;
      } catch (error) {
        if (!isBusy(error) || Date.now() > deadline) throw explained(error);
        await sleep(20);
      }
    }
  }
}

/** The column as bytes; a missing or other value is a bug in the query. */
export function blob(row: SqlRow, column: string): ArrayBuffer {
  const value = row[column];
  if (!(value instanceof ArrayBuffer)) throw new TypeError(`column ${column} is ${typeof value}, not a blob`);
  return value;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}

function explained(error: unknown): unknown {
  if (!isBusy(error)) return error;
  return new InferenceError("OVERLOADED", "another process is writing to the gallery; try again in a moment", {
    retryAfterMs: 1_000,
    cause: error,
  });
}
