import { expect, onTestFinished, test } from "vitest";
import { Gallery } from "../../gallery/gallery.ts";
import type { HitPage } from "../../gallery/picture-search.ts";
import { dot, FakeInference, meaning, model, picture } from "./fake-inference.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const blip = model("blip");
/** Makes several vectors of a picture, and one of a text. */
const blip2 = model("blip2", { family: "BLIP2" });
const seen = ["cat", "dog bird", "fish cat boat", "car tree house hat", "bird"];

async function galleryOf(inference: FakeInference): Promise<Gallery> {
  const gallery = await Gallery.open(await temporaryFolder(), inference, { firstPauseMs: 1 });
  onTestFinished(() => gallery.close());
  await gallery.add(seen.map((each) => ({ image: { bytes: picture(each) }, caption: each })));
  return gallery;
}

/** The largest similarity of a word of the one to a word of the other. */
function closest(a: string, b: readonly Float32Array[]): number {
  return Math.max(...a.split(" ").flatMap((word) => b.map((vector) => dot(meaning(word), vector))));
}

function found({ hits }: HitPage): readonly (readonly [string, number])[] {
  return hits.map(({ picture: { caption }, similarity }) => [caption!, similarity]);
}

function expectRanking(page: HitPage, similarityTo: (seen: string) => number): void {
  const expected = seen.map((each) => [each, similarityTo(each)] as const).sort((a, b) => b[1] - a[1]);
  expect(found(page).map(([caption]) => caption)).toEqual(expected.map(([caption]) => caption));
  found(page).forEach(([, similarity], i) => expect(similarity).toBeCloseTo(expected[i]![1], 5));
}

test("each family searches its own vectors of the same pictures", async () => {
  const gallery = await galleryOf(new FakeInference([blip, blip2]));
  const search = { text: "tree cat", first: 9, rerank: 0 };
  expectRanking(await gallery.searchByText({ ...search, model: "blip" }), (each) =>
    dot(meaning(each), meaning("tree cat")),
  );
  expectRanking(await gallery.searchByText({ ...search, model: "blip2" }), (each) =>
    closest(each, [meaning("tree cat")]),
  );
});

test("a picture is compared to others by the closest of all pairs of their vectors", async () => {
  const gallery = await galleryOf(new FakeInference([blip, blip2]));
  const query = "boat hat";
  const bytes = picture(query);
  expectRanking(await gallery.searchByImage({ model: "blip2", image: { bytes }, first: 9 }), (each) =>
    closest(each, query.split(" ").map(meaning)),
  );
  const [cat] = (await gallery.page({ first: 9 })).edges.map((edge) => edge.picture).filter((p) => p.caption === "cat");
  const others = await gallery.searchByImage({ model: "blip2", image: { id: cat!.id }, first: 9 });
  expect(found(others)[0]).toEqual(["fish cat boat", expect.closeTo(1, 5)]);
  expect(others.hits).toHaveLength(seen.length - 1);
});

test("texts are ranked by the closest of a picture's vectors", async () => {
  const gallery = await galleryOf(new FakeInference([blip, blip2]));
  const image = { bytes: picture("car tree house hat") };
  const texts = ["fish", "tree", "car house"];
  const ranked = await gallery.rankTexts({ model: "blip2", image, texts, first: 3, rerank: 0 });
  expect(ranked[0]).toMatchObject({ text: "tree", index: 1, similarity: expect.closeTo(1, 5) as number });
  for (const { text, similarity } of ranked) {
    expect(similarity).toBeCloseTo(closest("car tree house hat", [meaning(text)]), 5);
  }
});

test("a family that comes later is made up for in the background, and loses nothing when its worker restarts", async () => {
  const inference = new FakeInference([blip]);
  const gallery = await galleryOf(inference);
  inference.served = [blip, blip2];
  gallery.start();
  await gallery.settled();
  expect(inference.tasks.filter((task) => task.kind === "embedImage" && task.model === "blip2")).toHaveLength(5);
  const search = { model: "blip2", text: "hat", first: 9, rerank: 0 };
  const before = await gallery.searchByText(search);
  inference.restart();
  expect(found(await gallery.searchByText(search))).toEqual(found(before));
  expectRanking(before, (each) => closest(each, [meaning("hat")]));
});
