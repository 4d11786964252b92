import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Sqlite } from "../../gallery/sqlite.ts";
import { SqliteStore } from "../../gallery/sqlite-store.ts";
import type { PictureRow } from "../../gallery/store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const trials = 10;
const child = path.join(import.meta.dirname, "crash-child.ts");

/** Lets a child work until `afterMs` after its first acknowledgement, kills it, and gives back what it was promised. */
async function killAfter(folder: string, afterMs: number): Promise<readonly (readonly [string, string])[]> {
  const worker = spawn(process.execPath, ["--import", "tsx", child, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  const started = new Promise<void>((resolve) => {
    worker.stdout.on("data", (data: Buffer) => {
      output += data.toString();
      resolve();
    });
  });
  const ended = new Promise((resolve) => worker.on("close", resolve));
  await Promise.race([started, ended]);
  await sleep(afterMs);
  worker.kill("SIGKILL");
  await ended;
  return output
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(" ") as [string, string]);
}

async function storedPictures(store: SqliteStore): Promise<ReadonlyMap<string, PictureRow>> {
  const pictures = await store.page({ before: undefined, limit: 1_000_000 });
  return new Map(pictures.map((picture) => [picture.id, picture]));
}

async function expectPromisesKept(
  store: SqliteStore,
  promises: readonly (readonly [string, string])[],
): Promise<ReadonlyMap<string, PictureRow>> {
  const pictures = await storedPictures(store);
  const [removing, removed] = [idsOf(promises, "removing"), idsOf(promises, "removed")];
  for (const [what, id] of promises) {
    const picture = pictures.get(id);
    if (removed.has(id)) expect(picture).toBeUndefined();
    if (!removing.has(id)) expect(picture).toBeDefined();
    if (what !== "embedded" || picture === undefined) continue;
    expect(await store.embedding("space", picture.row)).toMatchObject({
      values: Float32Array.of(picture.row, -picture.row),
    });
  }
  return pictures;
}

function idsOf(promises: readonly (readonly [string, string])[], what: string): ReadonlySet<string> {
  return new Set(promises.filter(([promised]) => promised === what).map(([, id]) => id));
}

async function expectFilesToMatch(folder: string, pictures: ReadonlyMap<string, PictureRow>): Promise<void> {
  const entries = await readdir(path.join(folder, "pictures"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  expect(files.map(({ name }) => path.parse(name).name).sort()).toEqual([...pictures.keys()].sort());
  for (const { parentPath, name } of files) {
    const bytes = await readFile(path.join(parentPath, name));
    expect(`${createHash("sha256").update(bytes).digest("hex")}.png`).toBe(name);
  }
}

test("loses nothing that it has acknowledged when it is killed at any moment", { timeout: 120_000 }, async () => {
  const folder = await temporaryFolder();
  const promises: (readonly [string, string])[] = [];
  for (let trial = 0; trial < trials; trial++) {
    promises.push(...(await killAfter(folder, Math.random() * 400)));
    const store = await SqliteStore.open(folder);
    const pictures = await expectPromisesKept(store, promises);
    await expectFilesToMatch(folder, pictures);
    await store.close();
    const sql = new Sqlite(path.join(folder, "gallery.db"));
    expect(sql.all("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    expect(sql.all("PRAGMA foreign_key_check")).toEqual([]);
    sql.close();
  }
  expect(promises.length).toBeGreaterThan(trials);
});
