import { expect, test } from "vitest";
import { FakeInference, picture } from "./fake-inference.ts";
import { captions, galleryOf, idOf, words } from "./galleries.ts";

test("finds pictures like one of the gallery, without itself and without decoding anything", async () => {
  const inference = new FakeInference();
  const gallery = await galleryOf(inference, "cat", "cat dog", "boat");
  const before = inference.count("embedImage");
  const page = await gallery.searchByImage({ model: "blip", image: { id: idOf("cat") }, first: 1 });
  expect(captions(page)).toEqual(["cat dog"]);
  expect(page.hasNextPage).toBe(true);
  const after = page.hits[0]!.cursor;
  const rest = await gallery.searchByImage({ model: "blip", image: { id: idOf("cat") }, first: 9, after });
  expect(captions(rest)).toEqual(["boat"]);
  expect(rest).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  expect(inference.count("embedImage")).toBe(before);
});

test("finds an uploaded copy of a picture first, also without decoding it", async () => {
  const inference = new FakeInference();
  const gallery = await galleryOf(inference, "cat", "cat dog", "boat");
  const before = inference.count("embedImage");
  const image = { bytes: picture("cat") };
  const page = await gallery.searchByImage({ model: "blip", image, first: 2 });
  expect(captions(page)).toEqual(["cat", "cat dog"]);
  expect(page.hits[0]!.similarity).toBeCloseTo(1, 5);
  expect(inference.count("embedImage")).toBe(before);
  const other = await gallery.searchByImage({ model: "blip", image: { bytes: picture("boat cat") }, first: 9 });
  expect(other.hits).toHaveLength(3);
});

test("says NOT_FOUND for a query picture that is not there", async () => {
  const gallery = await galleryOf(new FakeInference());
  const searching = gallery.searchByImage({ model: "blip", image: { id: "unknown" }, first: 1 });
  await expect(searching).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("ranks texts for an image: ITC for all, ITM for the best", async () => {
  const inference = new FakeInference();
  inference.logit = (_, text) => words.indexOf(text.split(" ")[0]!);
  const gallery = await galleryOf(inference, "cat dog");
  const texts = ["boat", "dog", "cat dog", "cat", "cat"];
  const ranking = { model: "blip", image: { id: idOf("cat dog") }, texts, first: 9 };
  const byItcOnly = await gallery.rankTexts({ ...ranking, rerank: 0 });
  expect(byItcOnly[0]).toMatchObject({ text: "cat dog", index: 2, probability: undefined });
  expect(byItcOnly.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4]);
  const hits = await gallery.rankTexts({ ...ranking, rerank: 4 });
  expect(hits.map(({ text }) => text)).toEqual(["dog", "cat dog", "cat", "cat", "boat"]);
  expect(hits[0]!.score).toBeCloseTo(1 + hits[0]!.similarity, 5);
  expect(await gallery.rankTexts({ ...ranking, rerank: 4, first: 1 })).toEqual(hits.slice(0, 1));
});

test("ranks no texts as none, and refuses too many and empty ones", async () => {
  const gallery = await galleryOf(new FakeInference());
  const ranking = { model: "blip", image: { bytes: picture("cat") }, first: 9, rerank: 0 };
  expect(await gallery.rankTexts({ ...ranking, texts: [] })).toEqual([]);
  const tooMany = Array<string>(1_025).fill("cat");
  await expect(gallery.rankTexts({ ...ranking, texts: tooMany })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  await expect(gallery.rankTexts({ ...ranking, texts: ["cat", ""] })).rejects.toThrow("`texts[1]` must say something");
});
