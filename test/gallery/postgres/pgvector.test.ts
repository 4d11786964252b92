import { afterAll, beforeAll, describe } from "vitest";
import { type PgliteServer, startPglite } from "../../support/pglite-server.ts";
import { changeLogSuite } from "../change-log-suite.ts";
import { storeSuite } from "../store-suite.ts";
import { newPostgresPlace } from "./place.ts";

describe("with pgvector", () => {
  let server: PgliteServer;
  beforeAll(async () => {
    server = await startPglite();
  });
  afterAll(() => server.close());

  storeSuite("in PostgreSQL", () => newPostgresPlace(server.url));
  changeLogSuite("in PostgreSQL", () => newPostgresPlace(server.url));
});
