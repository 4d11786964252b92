import { readFile, truncate, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { PictureCache } from "../../../gallery/postgres/picture-cache.ts";
import { sha256Of } from "../../blobs/blob-suite.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const hundred = 100;

/** A picture of a hundred bytes, and how often it was fetched. */
function picture(seen: number) {
  const bytes = Buffer.alloc(hundred, seen);
  const wanted = { id: sha256Of(bytes), byteSize: hundred, fetches: 0, fetch: () => fetched() };
  const fetched = (): Promise<Uint8Array> => {
    wanted.fetches += 1;
    return sleep(5).then(() => bytes);
  };
  return wanted;
}

it("fetches a picture once, whoever waits for it, and has it from then on", async () => {
  const folder = await temporaryFolder();
  const cache = await PictureCache.open(folder);
  const wanted = picture(1);
  const files = await Promise.all([cache.file(wanted), cache.file(wanted), cache.file(wanted)]);
  expect(new Set(files).size).toBe(1);
  expect(await readFile(files[0])).toEqual(Buffer.alloc(hundred, 1));
  await (await PictureCache.open(folder)).file(wanted);
  expect(wanted.fetches).toBe(1);
});

it("fetches anew what a power cut left cut short, and what was removed", async () => {
  const cache = await PictureCache.open(await temporaryFolder());
  const wanted = picture(1);
  await truncate(await cache.file(wanted), 50);
  expect(await readFile(await cache.file(wanted))).toHaveLength(hundred);
  await cache.remove([wanted.id]);
  await cache.file(wanted);
  expect(wanted.fetches).toBe(3);
});

it("tells all who wait of a failure, and tries again for the next", async () => {
  const cache = await PictureCache.open(await temporaryFolder());
  const wanted = picture(1);
  const failing = { ...wanted, fetch: () => Promise.reject(new Error("away")) };
  const both = await Promise.allSettled([cache.file(failing), cache.file(failing)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await cache.file(wanted);
  expect(wanted.fetches).toBe(1);
});

it("makes room by removing what was not needed the longest, and nothing that somebody needs now", async () => {
  const folder = await temporaryFolder();
  const cache = await PictureCache.open(folder, { maxBytes: 5 * hundred, keptMs: 60_000 });
  const pictures = Array.from({ length: 6 }, (_, i) => picture(i));
  const minutesAgo = [30, 10, 20, 0, 0];
  for (const [i, minutes] of minutesAgo.entries()) {
    const usedAt = new Date(Date.now() - minutes * 60_000);
    await utimes(await cache.file(pictures[i]!), usedAt, usedAt);
  }
  await cache.file(pictures[5]!);
  await cache.close();
  // Down to a tenth less than fits: two of a hundred bytes, of the three that are not needed now.
  const kept = [1, 3, 4, 5].map((i) => pictures[i]!.id);
  expect((await cache.list()).toSorted()).toEqual(kept.toSorted());
  for (let i = 6; i < 12; i++) await cache.file(picture(i));
  await cache.close();
  expect(await cache.list()).toEqual(expect.arrayContaining([pictures[3]!.id, pictures[5]!.id]));
});
