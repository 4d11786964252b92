import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBlobs } from "../../blobs/open-blobs.ts";
import { Sql } from "../../postgres/sql.ts";
import { findPostgres, type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { blobSuite } from "./blob-suite.ts";

const programs = findPostgres();
if (programs === undefined) console.warn("Blobs in PostgreSQL are not tested: this machine has no PostgreSQL server.");

describe.skipIf(programs === undefined)("in PostgreSQL", () => {
  let server: PostgresServer;
  let sql: Sql;
  beforeAll(async () => {
    server = await startPostgres(programs!);
    sql = await Sql.open(server.url);
  });
  afterAll(async () => {
    await sql.close();
    await server.remove();
  });

  blobSuite("in PostgreSQL", async () => {
    await sql.query("DROP SCHEMA IF EXISTS triptych CASCADE");
    return {
      open: () => openBlobs(server.url, { env: {} }),
      spoil: async (sha256, bytes) => {
        await sql.query("UPDATE triptych.blob SET bytes = $2 WHERE sha256 = $1", [sha256, bytes]);
      },
    };
  });

  it("are found again after the server was away, which is said once", async () => {
    const told: string[] = [];
    const blobs = await openBlobs(server.url, { env: {}, report: (problem) => told.push(problem) });
    const sha256 = await blobs.put(Buffer.from("kept"));
    await server.stop();
    await expect(blobs.has(sha256)).rejects.toMatchObject({ name: "BlobError", problem: "unavailable" });
    await expect(blobs.get(sha256)).rejects.toMatchObject({ problem: "unavailable" });
    await server.start();
    expect(await blobs.has(sha256)).toBe(true);
    expect(told).toEqual([expect.stringContaining("does not answer"), expect.stringContaining("answers again")]);
    expect(told.join()).not.toContain("secret");
    await blobs.close();
  });
});
