import { createHash } from "node:crypto";
import { mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Gallery, type GalleryOptions } from "../../gallery/gallery.ts";
import { spaceOf } from "../../gallery/retrieval-model.ts";
import { InferenceError } from "../../inference/index.ts";
import { FakeInference, model, picture } from "./fake-inference.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const space = spaceOf(model("blip"));

function idOf(words: string): string {
  return createHash("sha256").update(picture(words)).digest("hex");
}

async function open(
  inference: FakeInference,
  { folder, ...options }: GalleryOptions & { readonly folder?: string } = {},
): Promise<Gallery> {
  const gallery = await Gallery.open(folder ?? (await temporaryFolder()), inference, { firstPauseMs: 1, ...options });
  onTestFinished(() => gallery.close());
  return gallery;
}

async function add(gallery: Gallery, ...words: readonly string[]): Promise<readonly string[]> {
  const added = await gallery.add(words.map((seen) => ({ image: { bytes: picture(seen) } })));
  return added.map(({ id }) => id);
}

async function found(gallery: Gallery, text: string): Promise<readonly string[]> {
  const { hits } = await gallery.searchByText({ model: "blip", text, first: 100, rerank: 0 });
  return hits.map((hit) => hit.picture.id);
}

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

test("keeps pictures without any retrieval model, and embeds them when one is served", async () => {
  const folder = await temporaryFolder();
  const first = await open(new FakeInference([]), { folder });
  await add(first, "cat", "dog");
  await first.close();
  const inference = new FakeInference();
  const gallery = await open(inference, { folder });
  expect(await found(gallery, "cat")).toEqual([]);
  gallery.start();
  await gallery.settled();
  expect(await found(gallery, "cat")).toEqual([idOf("cat"), idOf("dog")]);
});

test("embeds with every retrieval model, and never mixes their spaces", async () => {
  const inference = new FakeInference([model("blip"), model("blip-2"), model("llava", { tasks: ["CHAT"] })]);
  const gallery = await open(inference);
  await add(gallery, "cat");
  expect(inference.count("embedImage")).toBe(2);
  await found(gallery, "cat");
  expect(inference.rows(spaceOf(model("blip")))).toEqual([1]);
  expect(inference.rows(spaceOf(model("blip-2")))).toEqual([]);
  const search = { model: "blip-2", text: "cat", first: 1, rerank: 0 };
  expect((await gallery.searchByText(search)).hits).toHaveLength(1);
});

test("new weights are a new space, which the backfill fills", async () => {
  const folder = await temporaryFolder();
  const first = await open(new FakeInference(), { folder });
  await add(first, "cat");
  await first.close();
  const inference = new FakeInference([model("blip", { digest: "other" })]);
  const gallery = await open(inference, { folder });
  gallery.start();
  await gallery.settled();
  expect(inference.count("embedImage")).toBe(1);
  expect(inference.rows("other/squash-384")).toEqual([1]);
});

test("an embedding that fails leaves the picture added; the backfill makes up for it", async () => {
  const inference = new FakeInference();
  const gallery = await open(inference);
  let failures = 3;
  inference.before = (task) => {
    if (task.kind === "embedImage" && failures-- > 0) throw new InferenceError("MODEL_UNAVAILABLE", "restarting");
  };
  await add(gallery, "cat", "dog");
  await gallery.settled();
  expect(await found(gallery, "cat")).toEqual([idOf("cat"), idOf("dog")]);
});

test("a picture that is added while the models are loaded is embedded once they are", async () => {
  const inference = new FakeInference([model("blip", { state: "LOADING", tasks: [], digest: "", preprocessing: "" })]);
  const gallery = await open(inference);
  await add(gallery, "cat");
  expect(inference.count("embedImage")).toBe(0);
  setTimeout(() => (inference.served = [model("blip")]), 50);
  await gallery.settled();
  expect(await found(gallery, "cat")).toEqual([idOf("cat")]);
});

test("the backfill goes past a picture that never works, reports it, and ends", async () => {
  const inference = new FakeInference();
  const reports: string[] = [];
  const gallery = await open(inference, { report: (problem) => reports.push(problem) });
  inference.before = async (task) => {
    if (task.kind !== "embedImage" || !("file" in task.image)) return;
    if ((await readFile(task.image.file, "utf8")).includes("poison")) throw new Error("the worker died");
  };
  await add(gallery, "cat", "poison", "dog");
  await gallery.settled();
  expect(reports).toEqual(["pictures that cannot be embedded and found: 1"]);
  expect(await found(gallery, "dog")).toHaveLength(2);
});

test("the backfill does not try a whole gallery while the model does not answer", async () => {
  const folder = await temporaryFolder();
  const first = await open(new FakeInference([]), { folder });
  await add(first, ...Array.from({ length: 150 }, (_, i) => `p${i}`));
  await first.close();
  const inference = new FakeInference();
  inference.before = () => {
    throw new InferenceError("MODEL_UNAVAILABLE", "never comes back");
  };
  const gallery = await open(inference, { folder });
  gallery.start();
  await gallery.settled();
  expect(inference.count("embedImage")).toBe(5 * 64);
});

test("close ends the backfill between two pictures, and the next start goes on", async () => {
  const folder = await temporaryFolder();
  const first = await open(new FakeInference([]), { folder });
  await add(first, ...Array.from({ length: 100 }, (_, i) => `p${i}`));
  await first.close();
  const inference = new FakeInference();
  const second = await open(inference, { folder });
  second.start();
  while (inference.count("embedImage") < 30) await new Promise((resolve) => setImmediate(resolve));
  await second.close();
  expect(inference.inFlight).toBe(0);
  const done = inference.count("embedImage");
  expect(done).toBeLessThan(100);
  const third = await open(inference, { folder });
  third.start();
  await third.settled();
  expect(inference.rows(space)).toHaveLength(100);
  expect(inference.count("embedImage")).toBeLessThanOrEqual(100 + 4);
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

async function examplesFolder(captions: unknown): Promise<string> {
  const folder = path.join(await temporaryFolder(), "examples");
  await mkdir(folder);
  await writeFile(path.join(folder, "captions.json"), JSON.stringify(captions));
  for (const name of ["cat", "dog"]) await writeFile(path.join(folder, `${name}.png`), picture(name));
  return folder;
}

test("adds the examples once: those that are removed stay away", async () => {
  const folder = await temporaryFolder();
  const examples = await examplesFolder({ "cat.png": "a cat", "dog.png": { caption: "a dog" } });
  const first = await open(new FakeInference(), { folder });
  first.start({ examples });
  await first.settled();
  expect(await first.getMany([idOf("cat"), idOf("dog")])).toMatchObject([{ caption: "a cat" }, { caption: "a dog" }]);
  await first.remove([idOf("cat")]);
  await first.close();
  const second = await open(new FakeInference(), { folder });
  second.start({ examples });
  await second.settled();
  expect((await second.page({ first: 9 })).edges.map((edge) => edge.picture.id)).toEqual([idOf("dog")]);
});

test("tries the examples again after a failure, and embeds the rest all the same", async () => {
  const folder = await temporaryFolder();
  const reports: string[] = [];
  const broken = await examplesFolder({ "cat.png": "a cat", "bird.png": "a bird" });
  const first = await open(new FakeInference(), { folder, report: (problem) => reports.push(problem) });
  first.start({ examples: broken });
  await first.settled();
  expect(reports).toEqual(["captions.json names bird.png, which cannot be read"]);
  await first.close();
  const second = await open(new FakeInference(), { folder });
  second.start({ examples: await examplesFolder({ "cat.png": "a cat" }) });
  await second.settled();
  expect((await second.page({ first: 9 })).totalCount).toBe(1);
});

test.each([
  [{ "../cat.png": "a cat" }, "is not a plain file name"],
  [{ "cat.png": 3 }, "has no caption for cat.png"],
  [null, "is missing or is not a JSON object"],
])("reports examples that cannot be used: %j", async (captions, problem) => {
  const reports: string[] = [];
  const gallery = await open(new FakeInference(), { report: (report) => reports.push(report) });
  gallery.start({ examples: await examplesFolder(captions) });
  await gallery.settled();
  expect(reports).toEqual([expect.stringContaining(problem)]);
});
