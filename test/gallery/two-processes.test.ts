import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { SqliteStore } from "../../gallery/sqlite-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const child = path.join(import.meta.dirname, "two-processes-child.ts");

function start(folder: string, seed: number): Promise<unknown> {
  return promisify(execFile)(process.execPath, ["--import", "tsx", child, folder, `${seed}`]);
}

async function openAndClose(folder: string): Promise<void> {
  await (await SqliteStore.open(folder)).close();
}

test("many can open a new gallery at once", async () => {
  const folder = await temporaryFolder();
  await Promise.all(Array.from({ length: 8 }, () => openAndClose(folder)));
});

test(
  "two processes that add and remove the same pictures keep rows, files and the change log in step",
  { timeout: 60_000 },
  async () => {
    const folder = await temporaryFolder();
    await Promise.all([start(folder, 0), start(folder, 1)]);
    const store = await SqliteStore.open(folder);
    const pictures = await store.page({ before: undefined, limit: 100 });
    const files = await readdir(path.join(folder, "pictures"), { recursive: true, withFileTypes: true });
    const names = files.filter((entry) => entry.isFile()).map(({ name }) => path.parse(name).name);
    expect(names.sort()).toEqual(pictures.map(({ id }) => id).sort());
    expect(pictures.length).toBeGreaterThanOrEqual(2);
    const { added } = await store.changesSince("space", 0, 1_000);
    const embedded = pictures.filter((picture) => picture.byteSize === "shared 0".length).map(({ row }) => row);
    expect([...added].sort((a, b) => a - b)).toEqual([...embedded].sort((a, b) => a - b));
    await store.close();
  },
);

test("a store sees at once what another one of the same folder has committed", async () => {
  const folder = await temporaryFolder();
  const [one, other] = [await SqliteStore.open(folder), await SqliteStore.open(folder)];
  expect(await other.count()).toBe(0);
  const picture = await one.add({ bytes: Buffer.from("a"), width: 1, height: 1, format: "png" });
  expect(await other.get([picture.id])).toEqual([picture]);
  await other.remove([picture.id]);
  expect(await one.count()).toBe(0);
  await one.close();
  await other.close();
});
