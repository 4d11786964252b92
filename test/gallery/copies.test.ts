import { readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import type { CopyWidth } from "../../gallery/limits.ts";
import type { Gallery } from "../../gallery/gallery.ts";
import { InferenceError } from "../../inference/index.ts";
import { FakeInference, webp } from "./fake-inference.ts";
import { add, idOf, open } from "./galleries.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const cat = idOf("cat");

function copy(gallery: Gallery, id = cat, width: CopyWidth = 320): Promise<Uint8Array> {
  return gallery.copy({ id, width }, { client: "somebody" });
}

/** The names of the copies in a gallery's folder. */
async function kept(folder: string): Promise<readonly string[]> {
  const names = await readdir(path.join(folder, "copies"), { recursive: true });
  return names.filter((name) => name.endsWith(".webp")).map((name) => path.basename(name));
}

test("is made once for all who ask, and once more for another width", async () => {
  const inference = new FakeInference();
  const gallery = await open(inference);
  await add(gallery, "cat");
  const made = await Promise.all(Array.from({ length: 20 }, () => copy(gallery)));
  expect(new Set(made.map((bytes) => Buffer.from(bytes).toString("latin1"))).size).toBe(1);
  expect(Buffer.from(made[0]!)).toEqual(webp("320 cat"));
  await copy(gallery);
  expect(inference.count("shrink")).toBe(1);
  await copy(gallery, cat, 640);
  expect(inference.count("shrink")).toBe(2);
});

test("survives a restart, and goes with its picture", async () => {
  const [folder, inference] = [await temporaryFolder(), new FakeInference()];
  const first = await open(inference, { folder });
  await add(first, "cat", "dog");
  await Promise.all([copy(first), copy(first, idOf("dog")), copy(first, cat, 160)]);
  await first.close();
  const second = await open(inference, { folder });
  expect(Buffer.from(await copy(second))).toEqual(webp("320 cat"));
  expect(inference.count("shrink")).toBe(3);
  await second.remove([cat]);
  expect(await kept(folder)).toEqual([`${idOf("dog")}-320.webp`]);
  await expect(copy(second)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("is swept at start if its picture is gone, as is what an interrupted write left", async () => {
  const folder = await temporaryFolder();
  const gallery = await open(new FakeInference(), { folder });
  await add(gallery, "cat");
  await copy(gallery);
  await gallery.close();
  const orphan = path.join(folder, "copies", cat.slice(0, 2), `${idOf("dog")}-320.webp`);
  const incoming = path.join(folder, "copies", "incoming", "half");
  await Promise.all([writeFile(orphan, "x"), writeFile(incoming, "x")]);
  await open(new FakeInference(), { folder });
  expect(await kept(folder)).toContain(`${cat}-320.webp`);
  expect(await readdir(path.dirname(incoming))).toEqual([]);
});

test.each(["", "RIFF", Buffer.from(webp("320 cat")).subarray(0, 14), "no picture at all"])(
  "is made again where its file is broken: %s",
  async (broken) => {
    const [folder, inference] = [await temporaryFolder(), new FakeInference()];
    const gallery = await open(inference, { folder });
    await add(gallery, "cat");
    await copy(gallery);
    await writeFile(path.join(folder, "copies", cat.slice(0, 2), `${cat}-320.webp`), broken);
    expect(Buffer.from(await copy(gallery))).toEqual(webp("320 cat"));
    expect(inference.count("shrink")).toBe(2);
  },
);

test("is sent also where it cannot be kept, and somebody is told", async () => {
  const [folder, problems] = [await temporaryFolder(), [] as string[]];
  const gallery = await open(new FakeInference(), { folder, report: (problem) => problems.push(problem) });
  await add(gallery, "cat");
  await rm(path.join(folder, "copies"), { recursive: true });
  expect(Buffer.from(await copy(gallery))).toEqual(webp("320 cat"));
  expect(problems.join()).toContain("a copy of a picture cannot be kept");
});

test("of a picture that is removed meanwhile does not stay", async () => {
  const [folder, inference] = [await temporaryFolder(), new FakeInference()];
  const gallery = await open(inference, { folder });
  await add(gallery, "cat");
  inference.before = async ({ kind }) => {
    if (kind === "shrink") await gallery.remove([cat]);
  };
  await copy(gallery).catch(() => undefined);
  expect(await kept(folder)).toEqual([]);
});

test("that failed is not tried again by all who ask", async () => {
  const inference = new FakeInference();
  const gallery = await open(inference);
  await add(gallery, "cat");
  inference.before = ({ kind }) => {
    if (kind === "shrink") throw new InferenceError("IMAGE_UNREADABLE", "broken");
  };
  for (let i = 0; i < 3; i++) await expect(copy(gallery)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  expect(inference.count("shrink")).toBe(1);
});

test("is left when nobody waits for it any more, and made for who comes then", async () => {
  const inference = new FakeInference();
  const gallery = await open(inference);
  await add(gallery, "cat");
  const leaving = new AbortController();
  inference.before = () => leaving.abort();
  const left = gallery.copy({ id: cat, width: 320 }, { client: "a", signal: leaving.signal });
  await expect(left).rejects.toMatchObject({ code: "CANCELLED" });
  inference.before = () => undefined;
  expect(Buffer.from(await copy(gallery))).toEqual(webp("320 cat"));
});

test("takes a place or two of inference, whoever asks for how many", async () => {
  const inference = new FakeInference();
  const gallery = await open(inference);
  const names = Array.from({ length: 60 }, (_, i) => `picture-${i}`);
  const ids = await add(gallery, ...names);
  inference.mostInFlight = 0;
  await Promise.all(ids.map((id) => copy(gallery, id)));
  expect(inference.mostInFlight).toBeLessThanOrEqual(2);
});
