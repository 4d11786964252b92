import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { FakeInference, picture } from "./fake-inference.ts";
import { idOf, open } from "./galleries.ts";
import { temporaryFolder } from "./temporary-folder.ts";

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
