import { readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { DiskBlobs } from "../../blobs/disk-blobs.ts";
import { openBlobs } from "../../blobs/open-blobs.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { blobSuite, sha256Of } from "./blob-suite.ts";

blobSuite("in a folder", () => {
  const folder = join(temporaryFolder("blobs"), "new");
  return Promise.resolve({
    open: () => openBlobs(folder, { env: {} }),
    spoil: (sha256, bytes) => writeFile(join(folder, sha256.slice(0, 2), sha256), bytes),
  });
});

it("sweeps what interrupted writes left long ago, and no write that goes on", async () => {
  const folder = temporaryFolder("blobs");
  const incoming = join(folder, "incoming");
  await DiskBlobs.open(folder);
  for (const name of ["old", "new"]) await writeFile(join(incoming, name), "half");
  await utimes(join(incoming, "old"), new Date(0), new Date(0));
  await DiskBlobs.open(folder);
  expect(await readdir(incoming)).toEqual(["new"]);
});

it("writes anew what lies there cut short", async () => {
  const folder = temporaryFolder("blobs");
  const blobs = await DiskBlobs.open(folder);
  const sha256 = await blobs.put(Buffer.from("whole"));
  await writeFile(join(folder, sha256.slice(0, 2), sha256), "who");
  await blobs.put(Buffer.from("whole"));
  expect(sha256Of((await blobs.get(sha256))!)).toBe(sha256);
});

it("says what is wrong with a folder that cannot be one", async () => {
  const file = join(temporaryFolder("blobs"), "file");
  await writeFile(file, "");
  await expect(DiskBlobs.open(file)).rejects.toMatchObject({ name: "BlobError", problem: "failed" });
});

it.each(["", "ftp://host/folder", "http://host"])("refuses %o as a place", async (place) => {
  await expect(openBlobs(place, { env: {} })).rejects.toMatchObject({ problem: "refused" });
});
