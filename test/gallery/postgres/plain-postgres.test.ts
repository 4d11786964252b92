import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, it } from "vitest";
import { BlobError, type BlobStore } from "../../../blobs/blob-store.ts";
import { DiskBlobs } from "../../../blobs/disk-blobs.ts";
import { PostgresDatabase } from "../../../gallery/postgres/postgres-database.ts";
import type { GalleryStore, NewPicture } from "../../../gallery/store.ts";
import { Sql } from "../../../postgres/sql.ts";
import { describePostgres } from "../../support/describe-postgres.ts";
import { changeLogSuite } from "../change-log-suite.ts";
import { one, openIn, png, storeSuite } from "../store-suite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { newPostgresPlace, type PostgresTestPlace } from "./place.ts";

describePostgres("galleries in PostgreSQL without pgvector", (postgres) => {
  let place: PostgresTestPlace;
  storeSuite("in PostgreSQL", () => newPostgresPlace(postgres.server.url));
  changeLogSuite("in PostgreSQL", () => newPostgresPlace(postgres.server.url));

  beforeEach(async () => {
    place = await newPostgresPlace(postgres.server.url);
  });

  function open(changes?: Parameters<PostgresTestPlace["open"]>[0]): Promise<GalleryStore> {
    return openIn({ open: () => place.open(changes) });
  }

  /** Of this test's own: blobs are kept apart for each, as they are not where galleries share a database. */
  function ours(content: string, caption?: string): NewPicture {
    return png(`${place.gallery} ${content}`, caption);
  }

  async function keptBlobs(): Promise<readonly string[]> {
    const entries = await readdir(place.folder, { recursive: true, withFileTypes: true });
    return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).sort();
  }

  it("says that each machine searches its own copy", async () => {
    const told: string[] = [];
    const store = await open({ report: (problem) => told.push(problem) });
    expect(store.vectorSearch).toBeUndefined();
    expect(told).toEqual(["the server has no pgvector; each machine searches a copy of the vectors"]);
  });

  it("shows no gallery anything of another, and keeps a blob for as long as one has the picture", async () => {
    const [mine, yours] = [await open(), await open({ gallery: `${place.gallery}-2` })];
    const a = await mine.add(ours("a", "mine"));
    await mine.putEmbedding("s", a.row, one(1, 0));
    await mine.mark("examples");
    expect(await yours.get([a.id])).toEqual([undefined]);
    expect(await yours.byRow([a.row])).toEqual(new Map());
    expect(await yours.embedding("s", a.row)).toBeUndefined();
    expect([await yours.count(), await yours.latestChange("s"), await yours.spaces()]).toEqual([0, 0, []]);
    expect(await yours.isMarked("examples")).toBe(false);
    expect(await yours.remove([a.id])).toEqual([]);
    const b = await yours.add(ours("a", "yours"));
    expect(b).toMatchObject({ row: 1, id: a.id, caption: "yours" });
    await yours.putEmbedding("s", b.row, one(0, 1, 0));
    expect(await mine.remove([a.id])).toEqual([a.id]);
    expect(await yours.get([a.id])).toEqual([b]);
    expect(await keptBlobs()).toEqual([a.id]);
    await yours.remove([a.id]);
    expect(await keptBlobs()).toEqual([]);
  });

  it("never has a row without its blob, or a blob without a row, whatever machines do at once", async () => {
    const stores = [await open(), await open(), await open({ gallery: `${place.gallery}-2` })];
    const work = stores.map(async (store, machine) => {
      for (let i = 0; i < 40; i++) {
        const content = `${(i * 7 + machine * 3) % 5}`;
        const { row, id } = await store.add(ours(content));
        await store.putEmbedding("s", row, one(row, 1));
        if ((i + machine) % 3 === 0) await store.remove([id]);
      }
    });
    await Promise.all(work);
    const pages = await Promise.all(stores.map((store) => store.page({ before: undefined, limit: 100 })));
    expect(await keptBlobs()).toEqual([...new Set(pages.flat().map(({ id }) => id))].sort());
    const counts = await Promise.all(stores.map((store) => store.count()));
    expect(counts).toEqual(pages.map((page) => page.length));
    expect(await postgres.sql.query("SELECT * FROM triptych.loose_blob")).toEqual([]);
    const { added } = await stores[0]!.changesSince("s", 0, 1_000);
    expect([...added].sort((a, b) => a - b)).toEqual(pages[0]!.map(({ row }) => row).sort((a, b) => a - b));
  });

  it("removes, an hour later, blobs of pictures whose addition was cut off", async () => {
    const store = await open();
    const { id } = await store.add(ours("a"));
    await postgres.sql.query("DELETE FROM triptych.picture WHERE sha256 = $1", [id]);
    await postgres.sql.query("INSERT INTO triptych.loose_blob VALUES ($1, now() - interval '59 minutes')", [id]);
    await open();
    expect(await keptBlobs()).toEqual([id]);
    await postgres.sql.query("UPDATE triptych.loose_blob SET since = now() - interval '61 minutes'");
    await open();
    expect(await keptBlobs()).toEqual([]);
  });

  it("says that the place of pictures is away; what is removed meanwhile goes later", async () => {
    const told: string[] = [];
    const kept = await DiskBlobs.open(place.folder);
    const away = (): Promise<never> => Promise.reject(new BlobError("unavailable", "S3 does not answer"));
    const blobs: BlobStore = { put: away, get: away, has: away, remove: away, close: () => kept.close() };
    const store = await open();
    const { id } = await store.add(ours("a"));
    const parts = { folder: await temporaryFolder(), report: (problem: string) => told.push(problem) };
    const database = await PostgresDatabase.of({ ...parts, sql: await Sql.open(postgres.server.url), blobs });
    const cut = await openIn({ open: () => database.gallery(place.gallery, () => database.close()) });
    const problem = { code: "OVERLOADED", message: /place of the gallery's pictures does not answer/ };
    await expect(cut.add(ours("b"))).rejects.toMatchObject(problem);
    await expect(cut.file((await cut.get([id]))[0]!)).rejects.toMatchObject(problem);
    expect(await cut.count()).toBe(1);
    expect(await cut.remove([id])).toEqual([id]);
    expect(told.at(-1)).toBe("bytes of removed pictures stay for now: S3 does not answer");
    expect(await keptBlobs()).toEqual([id]);
    await postgres.sql.query("UPDATE triptych.loose_blob SET since = now() - interval '2 hours'");
    await open();
    expect(await keptBlobs()).toEqual([]);
  });

  it("says of bytes that are damaged or lost that they are", async () => {
    const store = await open();
    const [a, b] = [await store.add(ours("a")), await store.add(ours("b"))];
    await writeFile(path.join(place.folder, a.id.slice(0, 2), a.id), "other");
    await rm(path.join(place.folder, b.id.slice(0, 2), b.id));
    // Another machine, which has no file of them.
    const other = await open();
    await expect(other.file(a)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE", message: /damaged/ });
    await expect(other.file(b)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE", message: /not there any more/ });
    await other.add(ours("b"));
    expect(await readFile(await (await open()).file(b), "utf8")).toBe(`${place.gallery} b`);
  });

  it("is made once where many machines start together, and not touched where a newer release made it", async () => {
    await postgres.sql.query("DROP SCHEMA triptych CASCADE");
    await Promise.all(Array.from({ length: 5 }, () => open()));
    await postgres.sql.query("UPDATE triptych.schema_version SET version = 99 WHERE part = 'galleries'");
    await expect(place.open()).rejects.toThrow(/galleries has schema version 99, and this release knows .* up to 1/);
    await postgres.sql.query("UPDATE triptych.schema_version SET version = 1 WHERE part = 'galleries'");
  });

  it("refuses names of galleries that are no plain names", async () => {
    for (const gallery of ["", "../a", "a b", "a".repeat(65)])
      await expect(place.open({ gallery })).rejects.toThrow("at most 64 letters");
  });

  it("says that the database is away, within bounded time, and goes on when it is back", async () => {
    const told: string[] = [];
    const store = await open({ report: (problem) => told.push(problem) });
    const { row, id } = await store.add(ours("a"));
    await postgres.server.stop();
    const away = { code: "OVERLOADED", message: /database does not answer; try again/, retryAfterMs: 2_000 };
    await expect(store.count()).rejects.toMatchObject(away);
    await expect(store.add(ours("b"))).rejects.toMatchObject(away);
    await expect(store.putEmbedding("s", row, one(1))).rejects.toMatchObject(away);
    await postgres.server.start();
    expect(await store.count()).toBe(1);
    expect(await store.remove([id])).toEqual([id]);
    expect(told.slice(1)).toEqual([expect.stringMatching(/does not answer/), expect.stringMatching(/answers again/)]);
    expect(told.join()).not.toContain("secret");
  });

  it("waits no longer than a statement may take for a picture that somebody holds", async () => {
    const store = await open();
    const { id } = await store.add(ours("a"));
    const began = Date.now();
    const held = postgres.sql.transaction(async (transaction) => {
      await transaction.query("SELECT 1 FROM triptych.picture WHERE sha256 = $1 FOR UPDATE", [id]);
      await sleep(500);
    });
    await sleep(50);
    await store.remove([id]);
    await held;
    expect(Date.now() - began).toBeGreaterThan(400);
  });
});
