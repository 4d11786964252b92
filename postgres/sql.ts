import type { Pool, PoolClient } from "pg";
import { DatabaseUnavailable, isUnavailable } from "./database-unavailable.ts";
import { checkedUrl, shownUrl } from "./database-url.ts";

export type SqlValue = string | number | boolean | Date | Uint8Array | null | readonly (string | number)[];
export type SqlRow = Readonly<Record<string, unknown>>;

/** What runs statements: the database, or a transaction of it. */
export interface Statements {
  /** Runs a statement and gives its rows; several at once, without values, are separated by semicolons. */
  query(text: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
}

export interface SqlOptions {
  /** Told when the database goes away, and when it is back. */
  readonly report?: ((problem: string) => void) | undefined;
  /** Connections at once. */
  readonly maxConnections?: number;
}

/** A new connection, or a free one of the pool. */
const connectTimeoutMs = 5_000;
/** One statement, the index of a large space not yet in memory included. */
const statementTimeoutMs = 30_000;
/** Whoever died in a transaction holds no locks for longer; more than a blob store takes to say what it has. */
const idleInTransactionMs = 60_000;

/**
 * A PostgreSQL database, by a pool of connections. Every wait is bounded; a database that does not answer is a
 * DatabaseUnavailable, and is found again by the first statement after it is back.
 */
export class Sql implements Statements {
  readonly #pool: Pool;
  /** The address, without secrets. */
  readonly #shown: string;
  readonly #report: (problem: string) => void;
  #isAway = false;

  private constructor(pool: Pool, shown: string, report: (problem: string) => void) {
    this.#pool = pool;
    this.#shown = shown;
    this.#report = report;
    // An idle connection that breaks is left by the pool itself; whoever needs one next sees how things are.
    pool.on("error", () => undefined);
  }

  /** Connects once, so that what is wrong with the address shows here. Needs the package pg, which is optional. */
  static async open(url: string, { report = () => undefined, maxConnections = 10 }: SqlOptions = {}): Promise<Sql> {
    const connectionString = checkedUrl(url);
    const { Pool } = (await importPg()).default;
    const pool = new Pool({
      connectionString,
      max: maxConnections,
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      // Of a server that does not even say that the statement took too long.
      query_timeout: statementTimeoutMs + connectTimeoutMs,
      idle_in_transaction_session_timeout: idleInTransactionMs,
      application_name: "triptych",
      keepAlive: true,
    });
    const sql = new Sql(pool, shownUrl(url), report);
    try {
      await sql.query("SELECT 1");
      return sql;
    } catch (error) {
      await sql.close();
      throw error;
    }
  }

  query(text: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return this.#watched(() => run(this.#pool, text, values));
  }

  /** Runs `work` in a transaction: all that it writes is committed, or nothing is. */
  async transaction<T>(work: (sql: Statements) => Promise<T>): Promise<T> {
    const client = await this.#watched(() => this.#pool.connect());
    const query: Statements["query"] = (text, values) => this.#watched(() => run(client, text, values));
    try {
      await query("BEGIN");
      const result = await work({ query });
      await query("COMMIT");
      client.release();
      return result;
    } catch (error) {
      await leave(client, error);
      throw error;
    }
  }

  async close(): Promise<void> {
    if (!this.#pool.ended && !this.#pool.ending) await this.#pool.end();
  }

  /** Makes a DatabaseUnavailable of what the connection is to blame for, and tells when that begins and ends. */
  async #watched<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      if (this.#isAway) this.#report(`${this.#shown} answers again`);
      this.#isAway = false;
      return result;
    } catch (cause) {
      if (!isUnavailable(cause)) throw cause;
      const error = new DatabaseUnavailable(this.#shown, cause);
      if (!this.#isAway) this.#report(error.message);
      this.#isAway = true;
      throw error;
    }
  }
}

async function run(on: Pool | PoolClient, text: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]> {
  const { rows } = values === undefined ? await on.query<SqlRow>(text) : await on.query<SqlRow>(text, [...values]);
  return rows;
}

/** A connection that may still be at work is closed, which ends its transaction; others are used again. */
async function leave(client: PoolClient, error: unknown): Promise<void> {
  const isBroken =
    isUnavailable(error) ||
    (await client.query("ROLLBACK").then(
      () => false,
      () => true,
    ));
  client.release(isBroken);
}

async function importPg(): Promise<typeof import("pg")> {
  try {
    return await import("pg");
  } catch (cause) {
    throw new Error("PostgreSQL needs the package pg, which is not installed: npm install pg", { cause });
  }
}
