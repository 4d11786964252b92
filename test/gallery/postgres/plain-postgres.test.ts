import { afterAll, beforeAll, describe } from "vitest";
import { findPostgres, type PostgresServer, startPostgres } from "../../support/postgres-server.ts";
import { changeLogSuite } from "../change-log-suite.ts";
import { storeSuite } from "../store-suite.ts";
import { newPostgresPlace } from "./place.ts";

const programs = findPostgres();
if (programs === undefined) console.warn("Galleries in PostgreSQL are not tested: this machine has no such server.");

describe.skipIf(programs === undefined)("without pgvector", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(programs!);
  });
  afterAll(() => server.remove());

  storeSuite("in PostgreSQL", () => newPostgresPlace(server.url));
  changeLogSuite("in PostgreSQL", () => newPostgresPlace(server.url));
});
