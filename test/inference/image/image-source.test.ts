import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageBytes, imageDigest } from "../../../inference/image/image-source.ts";

const bytes = Buffer.from("abc");
const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "image-source-"));
  file = join(folder, "picture");
  await writeFile(file, bytes);
});
afterAll(() => rm(folder, { recursive: true }));

describe("imageDigest", () => {
  it("hashes bytes", () => expect(imageDigest({ bytes })).toBe(digest));
  it("does not touch a file", () => expect(imageDigest({ file: "/nowhere", sha256: digest })).toBe(digest));
});

describe("imageBytes", () => {
  it("passes bytes through", async () => expect(await imageBytes({ bytes })).toBe(bytes));
  it("reads a file", async () => expect(await imageBytes({ file, sha256: digest })).toEqual(bytes));

  it("refuses a file that has been changed", async () => {
    const changed = imageBytes({ file, sha256: digest.replace("b", "c") });
    await expect(changed).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  });

  it("says that a file is gone without naming its path", async () => {
    const gone = imageBytes({ file: join(folder, "other"), sha256: digest });
    await expect(gone).rejects.toMatchObject({ code: "NOT_FOUND", message: `The stored picture ${digest} is gone.` });
  });
});
