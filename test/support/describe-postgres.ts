import { afterAll, beforeAll, describe } from "vitest";
import { Sql } from "../../postgres/sql.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./postgres-server.ts";

/** What tests have once they run, not while they are collected. */
export interface RunningPostgres {
  readonly server: PostgresServer;
  readonly sql: Sql;
}

/** Tests with a PostgreSQL server of their own, without extensions; skipped, and said so, on a machine that has none. */
export function describePostgres(name: string, tests: (postgres: RunningPostgres) => void): void {
  const programs = findPostgres();
  if (programs === undefined) console.warn(`Not tested, for want of a PostgreSQL server: ${name}.`);
  describe.skipIf(programs === undefined)(name, () => {
    let running: RunningPostgres | undefined;
    beforeAll(async () => {
      const server = await startPostgres(programs!);
      running = { server, sql: await Sql.open(server.url) };
    });
    afterAll(async () => {
      await running?.sql.close();
      await running?.server.remove();
    });
    tests({
      get server() {
        return running!.server;
      },
      get sql() {
        return running!.sql;
      },
    });
  });
}
