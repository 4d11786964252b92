import { statSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { SqliteStore } from "../../gallery/sqlite-store.ts";
import type { GalleryStore } from "../../gallery/store.ts";
import { changeLogSuite } from "./change-log-suite.ts";
import { openIn, png, type StorePlace, storeSuite } from "./store-suite.ts";
import { temporaryFolder } from "./temporary-folder.ts";

async function newPlace(): Promise<StorePlace> {
  const folder = await temporaryFolder();
  return { open: () => SqliteStore.open(folder) };
}

storeSuite("in SQLite", newPlace);
changeLogSuite("in SQLite", newPlace);

function open(folder: string): Promise<GalleryStore> {
  return openIn({ open: () => SqliteStore.open(folder) });
}

async function pictureFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(path.join(folder, "pictures"), { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test("keeps pictures as files by their ids, which go with them", async () => {
  const folder = await temporaryFolder();
  const store = await open(folder);
  const [a, b] = await Promise.all([store.add(png("a")), store.add(png("b")), store.add(png("a"))]);
  expect(await store.file(a)).toBe(path.join(folder, "pictures", "ca", `${a.id}.png`));
  await store.remove([b.id]);
  expect(await pictureFiles(folder)).toEqual([`${a.id}.png`]);
});

test("sweeps at start what a crash left: files without rows and unfinished writes, nothing else", async () => {
  const folder = await temporaryFolder();
  const first = await open(folder);
  const kept = await first.add(png("a"));
  const lost = await first.add(png("b"));
  const lostFile = await first.file(lost);
  await first.close();
  const orphan = path.join(folder, "pictures", "00", `${"0".repeat(64)}.png`);
  await mkdir(path.dirname(orphan));
  await writeFile(orphan, "orphan");
  await writeFile(path.join(folder, "pictures", "incoming", "half"), "ha");
  await writeFile(path.join(folder, "pictures", "note.txt"), "not ours");
  await rm(lostFile);
  const store = await open(folder);
  expect(await pictureFiles(folder)).toEqual(["note.txt", `${kept.id}.png`]);
  expect(await store.get([kept.id, lost.id])).toEqual([kept, lost]);
});

test("folds its log into the database when it is closed", async () => {
  const folder = await temporaryFolder();
  const store = await open(folder);
  await store.close();
  expect(statSync(path.join(folder, "gallery.db-wal")).size).toBe(0);
});
