import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { spaceOf } from "../../gallery/retrieval-model.ts";
import { InferenceError } from "../../inference/index.ts";
import { FakeInference, model } from "./fake-inference.ts";
import { add, found, idOf, open } from "./galleries.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const space = spaceOf(model("blip"));

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
