import { readFile, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { spaceOf } from "../../gallery/retrieval-model.ts";
import { FakeInference, model, picture } from "./fake-inference.ts";
import { add, found, idOf, open } from "./galleries.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const space = spaceOf(model("blip"));

test("adds pictures in order, and finds them at once", async () => {
  const gallery = await open(new FakeInference());
  const added = await gallery.add([
    { image: { bytes: picture("cat") }, caption: "a cat" },
    { image: { bytes: picture("dog") } },
  ]);
  expect(added).toMatchObject([
    { id: idOf("cat"), caption: "a cat", width: 3, format: "png" },
    { id: idOf("dog"), caption: undefined },
  ]);
  expect(await found(gallery, "dog")).toEqual([idOf("dog"), idOf("cat")]);
});

test("adds a picture from a file", async () => {
  const gallery = await open(new FakeInference());
  const file = path.join(await temporaryFolder(), "cat.png");
  await writeFile(file, picture("cat"));
  const [added] = await gallery.add([{ image: { file, sha256: idOf("cat") } }]);
  expect(added!.id).toBe(idOf("cat"));
  await unlink(file);
  await expect(gallery.add([{ image: { file, sha256: idOf("cat") } }])).rejects.toMatchObject({
    code: "IMAGE_UNREADABLE",
  });
});

test("adds none if one cannot be decoded, and names it", async () => {
  const gallery = await open(new FakeInference());
  const images = [picture("cat"), Buffer.from("text")].map((bytes) => ({ image: { bytes } }));
  await expect(gallery.add(images)).rejects.toMatchObject({
    code: "IMAGE_UNREADABLE",
    message: "images[1]: not an image",
    fault: { argument: "images[1]", reason: "not an image" },
  });
  expect((await gallery.page({ first: 1 })).totalCount).toBe(0);
});

test("refuses a caption that is too long", async () => {
  const gallery = await open(new FakeInference());
  const caption = "x".repeat(5_000);
  await expect(gallery.add([{ image: { bytes: picture("cat") }, caption }])).rejects.toMatchObject({
    code: "BAD_USER_INPUT",
  });
});

test("does not decode or embed a picture again that is there, but takes its new caption", async () => {
  const inference = new FakeInference();
  const gallery = await open(inference);
  await add(gallery, "cat");
  const [again] = await gallery.add([{ image: { bytes: picture("cat") }, caption: "a cat" }]);
  expect(again!.caption).toBe("a cat");
  expect([inference.count("inspect"), inference.count("embedImage")]).toEqual([1, 1]);
});

test("keeps only so many requests in flight", async () => {
  const inference = new FakeInference();
  const gallery = await open(inference);
  await add(gallery, ...Array.from({ length: 60 }, (_, i) => `picture-${i}`));
  expect(inference.mostInFlight).toBeLessThanOrEqual(16);
  expect(inference.count("embedImage")).toBe(60);
});

test("a cancelled add rejects with CANCELLED, and nothing of it runs on", async () => {
  const inference = new FakeInference();
  const gallery = await open(inference);
  const controller = new AbortController();
  inference.before = (task) => {
    if (task.kind === "inspect" && inference.count("inspect") > 6) controller.abort();
  };
  const images = Array.from({ length: 40 }, (_, i) => ({ image: { bytes: picture(`p${i}`) } }));
  await expect(gallery.add(images, { signal: controller.signal })).rejects.toMatchObject({ code: "CANCELLED" });
  expect(inference.inFlight).toBe(0);
  expect((await gallery.page({ first: 1 })).totalCount).toBe(0);
  expect(inference.count("inspect")).toBeLessThan(12);
});

test("an add that was cancelled from the start does nothing", async () => {
  const inference = new FakeInference();
  const gallery = await open(inference);
  const adding = gallery.add([{ image: { bytes: picture("cat") } }], { signal: AbortSignal.abort() });
  await expect(adding).rejects.toMatchObject({ code: "CANCELLED" });
  expect(inference.tasks).toEqual([]);
});

test("gives pictures by id, and their files", async () => {
  const gallery = await open(new FakeInference());
  const [cat, dog] = await add(gallery, "cat", "dog");
  expect(await gallery.getMany([dog!, "unknown", cat!])).toMatchObject([{ id: dog }, undefined, { id: cat }]);
  expect(await gallery.get("unknown")).toBeUndefined();
  const { file, sha256, format } = await gallery.pictureFile(cat!);
  expect([sha256, format, await readFile(file, "utf8")]).toEqual([cat, "png", "picture:cat"]);
  await expect(gallery.pictureFile("unknown")).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: "no picture of the gallery has the id unknown",
  });
});

test("a removed picture is not found any more", async () => {
  const inference = new FakeInference();
  const gallery = await open(inference);
  await add(gallery, "cat", "dog");
  await found(gallery, "cat");
  expect(await gallery.remove([idOf("cat"), "unknown"])).toEqual([idOf("cat")]);
  expect(await found(gallery, "cat")).toEqual([idOf("dog")]);
  expect(inference.rows(space)).toEqual([2]);
});
