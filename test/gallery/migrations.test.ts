import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { migrate, migrations, schemaVersion } from "../../gallery/migrations.ts";
import { Sqlite } from "../../gallery/sqlite.ts";
import { text } from "../../postgres/row.ts";
import { SqliteStore } from "../../gallery/sqlite-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A database as the release with this schema version left it. */
function databaseOfVersion(version: number, file: string): Sqlite {
  const sql = new Sqlite(file);
  for (const step of migrations.slice(0, version)) sql.exec(step);
  sql.exec(`PRAGMA user_version = ${version}`);
  return sql;
}

function schema(sql: Sqlite): readonly string[] {
  return sql.all("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").map((row) => text(row, "sql"));
}

test("takes a database of each version to the newest, with the same schema as a new one", async () => {
  const folder = await temporaryFolder();
  const newest = databaseOfVersion(migrations.length, path.join(folder, "newest.db"));
  for (const version of migrations.keys()) {
    const sql = databaseOfVersion(version, path.join(folder, `${version}.db`));
    migrate(sql, "gallery.db");
    expect(schemaVersion(sql)).toBe(migrations.length);
    expect(schema(sql)).toEqual(schema(newest));
    sql.close();
  }
  newest.close();
});

test("keeps the pictures of a version 1 database", async () => {
  const folder = await temporaryFolder();
  const old = databaseOfVersion(1, path.join(folder, "gallery.db"));
  const id = "a".repeat(64);
  old.run(
    `INSERT INTO picture (sha256, width, height, byte_size, format, created_at) VALUES ('${id}', 3, 2, 1, 'png', 1000)`,
  );
  old.close();
  const store = await SqliteStore.open(folder);
  expect(await store.get([id])).toMatchObject([{ width: 3, height: 2, createdAt: new Date(1000), caption: undefined }]);
  await store.close();
});

test("keeps the embeddings of a version 3 database: one vector for each picture", async () => {
  const folder = await temporaryFolder();
  const old = databaseOfVersion(3, path.join(folder, "gallery.db"));
  const vector = Float32Array.of(0.6, 0.8);
  old.exec(
    `INSERT INTO picture (sha256, width, height, byte_size, format, created_at)
       VALUES ('${"a".repeat(64)}', 3, 2, 1, 'png', 1000), ('${"b".repeat(64)}', 3, 2, 1, 'png', 1000);
     INSERT INTO space (name, length, change) VALUES ('s', 2, 1);`,
  );
  old.run("INSERT INTO embedding (space, picture, change, vector) VALUES (1, 1, 1, ?)", [
    new Uint8Array(vector.buffer),
  ]);
  old.close();
  const store = await SqliteStore.open(folder);
  expect(await store.embedding("s", 1)).toEqual({ values: vector, vectors: 1 });
  await store.putEmbedding("s", 2, { values: Float32Array.of(0, 1), vectors: 1 });
  expect(await store.changesSince("s", 0, 9)).toMatchObject({ to: 2, added: [1, 2] });
  await store.close();
});

test("takes all missing steps or none", async () => {
  const sql = databaseOfVersion(1, path.join(await temporaryFolder(), "gallery.db"));
  sql.exec("CREATE TABLE marker (in_the_way INTEGER)");
  expect(() => migrate(sql, "gallery.db")).toThrow("marker already exists");
  expect(schemaVersion(sql)).toBe(1);
  expect(schema(sql).some((table) => table.includes("embedding"))).toBe(false);
  sql.close();
});

test("refuses a database that a newer release wrote, and leaves it as it is", async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, "gallery.db");
  databaseOfVersion(migrations.length + 1, file).close();
  const before = await readFile(file);
  await expect(SqliteStore.open(folder)).rejects.toThrow(/has schema version 5, and this release knows .* up to 4/);
  expect(await readFile(file)).toEqual(before);
});

test("refuses a file that is no database", async () => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, "gallery.db"), "this is a text file, and a long one at that. ".repeat(100));
  await expect(SqliteStore.open(folder)).rejects.toThrow(/gallery\.db.*not a database/);
});

test("commits durably", async () => {
  const sql = new Sqlite(path.join(await temporaryFolder(), "gallery.db"));
  await sql.makeDurable();
  expect(sql.first("PRAGMA journal_mode")).toMatchObject({ journal_mode: "wal" });
  expect(sql.first("PRAGMA synchronous")).toMatchObject({ synchronous: 2 });
  expect(sql.first("PRAGMA foreign_keys")).toMatchObject({ foreign_keys: 1 });
  sql.close();
});
