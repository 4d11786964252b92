import { expect, test } from "vitest";
import { type IndexApplyTask, InferenceError } from "../../inference/index.ts";
import { FakeInference, picture } from "./fake-inference.ts";
import { captions, galleryOf, idOf, search, words } from "./galleries.ts";

test("brings up the index of a restarted worker, once for all who search", async () => {
  const inference = new FakeInference();
  const gallery = await galleryOf(inference, ...words);
  await search(gallery, "cat");
  inference.restart();
  const before = inference.count("indexApply");
  const pages = await Promise.all(words.map((word) => search(gallery, word, { first: 1 })));
  expect(pages.map((page) => page.hits[0]!.picture.caption)).toEqual(words);
  expect(inference.count("indexApply")).toBe(before + 1);
});

test("sends only what is new to an index that lags", async () => {
  const inference = new FakeInference();
  const gallery = await galleryOf(inference, "cat", "dog");
  await search(gallery, "cat");
  await gallery.add([{ image: { bytes: picture("bird") } }]);
  await gallery.remove([idOf("cat")]);
  await search(gallery, "cat");
  const last = inference.tasks.findLast((task): task is IndexApplyTask => task.kind === "indexApply");
  expect(last).toMatchObject({ from: 2, to: 4, added: [3], removed: [1] });
});

test("starts over when the worker restarts while its index is brought up", async () => {
  const inference = new FakeInference();
  const gallery = await galleryOf(inference, ...words);
  let restarts = 3;
  inference.before = (task) => {
    if (task.kind === "indexSearch" && restarts-- > 0) inference.restart();
  };
  expect(captions(await search(gallery, "cat", { first: 1 }))).toEqual(["cat"]);
});

test("gives up with OVERLOADED when the worker restarts again and again", async () => {
  const inference = new FakeInference();
  const gallery = await galleryOf(inference, "cat");
  inference.before = (task) => {
    if (task.kind === "indexSearch") inference.restart();
  };
  await expect(search(gallery, "cat")).rejects.toMatchObject({ code: "OVERLOADED", retryAfterMs: 2_000 });
});

test("one who cancels does not take the catch-up from the others", async () => {
  const inference = new FakeInference();
  const gallery = await galleryOf(inference, ...words);
  const controller = new AbortController();
  inference.before = (task) => {
    if (task.kind === "indexApply") controller.abort();
  };
  const cancelled = search(gallery, "cat", { signal: controller.signal });
  const other = search(gallery, "dog", { first: 1 });
  await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
  expect(captions(await other)).toEqual(["dog"]);
});

test("a failed catch-up fails its searches, and the next search tries anew", async () => {
  const inference = new FakeInference();
  const gallery = await galleryOf(inference, "cat");
  inference.before = (task) => {
    if (task.kind === "indexApply") throw new InferenceError("MODEL_UNAVAILABLE", "restarting");
  };
  await expect(search(gallery, "cat")).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
  inference.before = () => undefined;
  expect(captions(await search(gallery, "cat"))).toEqual(["cat"]);
});
