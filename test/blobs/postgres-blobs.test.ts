import { expect, it } from "vitest";
import { openBlobs } from "../../blobs/open-blobs.ts";
import { describePostgres } from "../support/describe-postgres.ts";
import { blobSuite } from "./blob-suite.ts";

describePostgres("blobs in PostgreSQL", (postgres) => {
  blobSuite("in PostgreSQL", async () => {
    const { server, sql } = postgres;
    await sql.query("DROP SCHEMA IF EXISTS triptych CASCADE");
    return {
      open: () => openBlobs(server.url, { env: {} }),
      spoil: async (sha256, bytes) => {
        await sql.query("UPDATE triptych.blob SET bytes = $2 WHERE sha256 = $1", [sha256, bytes]);
      },
    };
  });

  it("are found again after the server was away, which is said once", async () => {
    const { server } = postgres;
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
