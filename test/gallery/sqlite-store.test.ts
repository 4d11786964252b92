import { statSync } from "node:fs";
import { mkdir, readdir, readFile, rm, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SqliteStore } from "../../gallery/sqlite-store.ts";
import type { Embedding, NewPicture } from "../../gallery/store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function png(content: string, caption?: string): NewPicture {
  const facts = { bytes: Buffer.from(content), width: 3, height: 2, format: "png" as const };
  return caption === undefined ? facts : { ...facts, caption };
}

/** An embedding of one vector. */
function one(values: Float32Array): Embedding {
  return { values, vectors: 1 };
}

async function open(folder: string): Promise<SqliteStore> {
  const store = await SqliteStore.open(folder);
  onTestFinished(() => store.close());
  return store;
}

async function pictureFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(path.join(folder, "pictures"), { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test("keeps a picture, its file and its facts over a restart", async () => {
  const folder = await temporaryFolder();
  const first = await open(folder);
  const added = await first.add(png("a", "the letter a"));
  await first.close();
  const [again] = await (await open(folder)).get([added.id]);
  expect(again).toEqual(added);
  expect(again).toMatchObject({ width: 3, height: 2, byteSize: 1, format: "png", caption: "the letter a" });
  expect(added.id).toBe("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
  expect(first.file(added)).toBe(path.join(folder, "pictures", "ca", `${added.id}.png`));
  expect(await readFile(first.file(added), "utf8")).toBe("a");
});

test("adds the same picture once; a new caption replaces the old one, an absent one leaves it", async () => {
  const store = await open(await temporaryFolder());
  const first = await store.add(png("a", "one"));
  expect(await store.add(png("a"))).toEqual(first);
  expect(await store.add(png("a", "two"))).toEqual({ ...first, caption: "two" });
  expect(await store.count()).toBe(1);
});

test("writes a known picture's file anew if it was lost", async () => {
  const store = await open(await temporaryFolder());
  const added = await store.add(png("a"));
  await unlink(store.file(added));
  await store.add(png("a"));
  expect(await readFile(store.file(added), "utf8")).toBe("a");
});

test("removes row, embeddings and file, once, and gives a re-added picture a new row", async () => {
  const folder = await temporaryFolder();
  const store = await open(folder);
  const a = await store.add(png("a"));
  const b = await store.add(png("b"));
  await store.putEmbedding("s", b.row, one(Float32Array.of(1, 2)));
  expect(await store.remove([b.id, "unknown", b.id])).toEqual([b.id]);
  expect(await store.remove([b.id])).toEqual([]);
  expect(await store.get([b.id, a.id])).toEqual([undefined, a]);
  expect(await store.embedding("s", b.row)).toBeUndefined();
  expect(await pictureFiles(folder)).toEqual([`${a.id}.png`]);
  expect((await store.add(png("b"))).row).toBeGreaterThan(b.row);
});

test("gives back an embedding bit for bit, and only in its space", async () => {
  const store = await open(await temporaryFolder());
  const { row } = await store.add(png("a"));
  const vector = Float32Array.of(0.1, -1e-40, 3e38, -0);
  await store.putEmbedding("s", row, one(vector.subarray(0)));
  expect(await store.embedding("s", row)).toEqual(one(vector));
  expect(await store.embedding("t", row)).toBeUndefined();
  expect(await store.embedding("s", row + 1)).toBeUndefined();
});

test("keeps a vector that is a view into a larger buffer", async () => {
  const store = await open(await temporaryFolder());
  const { row } = await store.add(png("a"));
  await store.putEmbedding("s", row, one(Float32Array.of(1, 2, 3, 4).subarray(1, 3)));
  expect(await store.embedding("s", row)).toEqual(one(Float32Array.of(2, 3)));
});

test("refuses a vector of another length, and drops that of a picture that is gone", async () => {
  const store = await open(await temporaryFolder());
  const a = await store.add(png("a"));
  const b = await store.add(png("b"));
  await store.putEmbedding("s", a.row, one(Float32Array.of(1, 2)));
  await expect(store.putEmbedding("s", b.row, one(Float32Array.of(1)))).rejects.toThrow(
    "space s holds 1 × 2 numbers of each picture, not 1 × 1",
  );
  await store.remove([b.id]);
  await store.putEmbedding("s", b.row, one(Float32Array.of(1, 2)));
  expect(await store.latestChange("s")).toBe(1);
});

test("keeps several vectors of a picture, as many of each", async () => {
  const store = await open(await temporaryFolder());
  const [a, b] = [await store.add(png("a")), await store.add(png("b"))];
  const several = { values: Float32Array.of(1, 2, 3, 4, 5, 6), vectors: 3 };
  await store.putEmbedding("s", a.row, several);
  expect(await store.embedding("s", a.row)).toEqual(several);
  const fewer = { values: Float32Array.of(1, 2, 3, 4), vectors: 2 };
  await expect(store.putEmbedding("s", b.row, fewer)).rejects.toThrow("3 × 2 numbers of each picture, not 2 × 2");
  await store.putEmbedding("t", b.row, fewer);
  expect(await store.embedding("t", b.row)).toEqual(fewer);
});

test("lists what has no embedding in a space, oldest first, in parts", async () => {
  const store = await open(await temporaryFolder());
  const [a, b, c] = [await store.add(png("a")), await store.add(png("b")), await store.add(png("c"))];
  await store.putEmbedding("s", b.row, one(Float32Array.of(1)));
  expect(await store.unembedded("s", { after: 0, limit: 9 })).toEqual([a, c]);
  expect(await store.unembedded("s", { after: 0, limit: 1 })).toEqual([a]);
  expect(await store.unembedded("s", { after: a.row, limit: 9 })).toEqual([c]);
  expect(await store.unembedded("t", { after: 0, limit: 9 })).toEqual([a, b, c]);
});

test("sweeps at start what a crash left: files without rows and unfinished writes, nothing else", async () => {
  const folder = await temporaryFolder();
  const first = await open(folder);
  const kept = await first.add(png("a"));
  const lost = await first.add(png("b"));
  await first.close();
  const orphan = path.join(folder, "pictures", "00", `${"0".repeat(64)}.png`);
  await mkdir(path.dirname(orphan));
  await writeFile(orphan, "orphan");
  await writeFile(path.join(folder, "pictures", "incoming", "half"), "ha");
  await writeFile(path.join(folder, "pictures", "note.txt"), "not ours");
  await rm(first.file(lost));
  const store = await open(folder);
  expect(await pictureFiles(folder)).toEqual(["note.txt", `${kept.id}.png`]);
  expect(await store.get([kept.id, lost.id])).toEqual([kept, lost]);
});

test("adds the same picture from many callers at once as one picture", async () => {
  const folder = await temporaryFolder();
  const store = await open(folder);
  const rows = await Promise.all(Array.from({ length: 20 }, () => store.add(png("a"))));
  expect(new Set(rows.map(({ row }) => row)).size).toBe(1);
  expect(await pictureFiles(folder)).toEqual([`${rows[0]!.id}.png`]);
});

test("remembers marks", async () => {
  const folder = await temporaryFolder();
  const first = await open(folder);
  expect(await first.isMarked("examples")).toBe(false);
  await first.mark("examples");
  await first.mark("examples");
  await first.close();
  expect(await (await open(folder)).isMarked("examples")).toBe(true);
});

test("rejects with CANCELLED after it is closed", async () => {
  const folder = await temporaryFolder();
  const store = await open(folder);
  await store.close();
  await store.close();
  await expect(store.count()).rejects.toMatchObject({ code: "CANCELLED" });
  expect(statSync(path.join(folder, "gallery.db-wal")).size).toBe(0);
});
