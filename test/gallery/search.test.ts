import { createHash } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { Gallery } from "../../gallery/gallery.ts";
import type { HitPage, TextSearch } from "../../gallery/picture-search.ts";
import { type IndexApplyTask, InferenceError } from "../../inference/index.ts";
import { dot, FakeInference, meaning, model, picture } from "./fake-inference.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const words = ["cat", "dog", "bird", "fish", "boat", "car", "tree", "house", "ball", "hat"];

function idOf(seen: string): string {
  return createHash("sha256").update(picture(seen)).digest("hex");
}

async function galleryOf(inference: FakeInference, ...seen: readonly string[]): Promise<Gallery> {
  const gallery = await Gallery.open(await temporaryFolder(), inference, { firstPauseMs: 1 });
  onTestFinished(() => gallery.close());
  await gallery.add(seen.map((each) => ({ image: { bytes: picture(each) }, caption: each })));
  return gallery;
}

function captions({ hits }: HitPage): readonly (string | undefined)[] {
  return hits.map((hit) => hit.picture.caption);
}

function byItc(text: string, seen: readonly string[]): readonly string[] {
  return [...seen].sort((a, b) => dot(meaning(b), meaning(text)) - dot(meaning(a), meaning(text)));
}

function search(gallery: Gallery, text: string, changes: Partial<TextSearch> = {}): Promise<HitPage> {
  return gallery.searchByText({ model: "blip", text, first: 100, rerank: 0, ...changes });
}

test("orders by ITC similarity without re-ranking", async () => {
  const gallery = await galleryOf(new FakeInference(), ...words);
  const page = await search(gallery, "cat dog");
  expect(captions(page)).toEqual(byItc("cat dog", words));
  expect(page).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  const [best] = page.hits;
  expect(best!.score).toBe(best!.similarity);
  expect(best!.probability).toBeUndefined();
  expect(best!.similarity).toBeCloseTo(dot(meaning(best!.picture.caption!), meaning("cat dog")), 5);
});

test("re-ranks the best by ITM logit + ITC similarity, and leaves the others behind them", async () => {
  const inference = new FakeInference();
  inference.logit = (seen) => -words.indexOf(seen);
  const gallery = await galleryOf(inference, ...words);
  const itc = byItc("cat dog", words);
  const { hits } = await search(gallery, "cat dog", { rerank: 4 });
  const itm = itc.slice(0, 4).sort((a, b) => score(b) - score(a));
  expect(hits.map((hit) => hit.picture.caption)).toEqual([...itm, ...itc.slice(4)]);
  expect(hits[0]!.score).toBeCloseTo(score(itm[0]!), 5);
  expect(hits.map((hit) => hit.probability !== undefined)).toEqual([
    ...Array<boolean>(4).fill(true),
    ...Array<boolean>(6).fill(false),
  ]);
  expect(inference.count("match")).toBe(4);

  function score(seen: string): number {
    return inference.logit(seen, "") + dot(meaning(seen), meaning("cat dog"));
  }
});

test.each([0, 3, 5, 256])(
  "pages of any size cover the hits once, in the order of one large page (rerank %i)",
  async (rerank) => {
    const inference = new FakeInference();
    const gallery = await galleryOf(inference, ...words);
    const whole = captions(await search(gallery, "bird fish", { rerank }));
    for (const first of [1, 3, 4, 10]) {
      const seen: (string | undefined)[] = [];
      for (let after: string | undefined, page: HitPage | undefined; page?.hasNextPage ?? true;) {
        page = await search(gallery, "bird fish", { rerank, first, after });
        expect(page.hasPreviousPage).toBe(after !== undefined);
        seen.push(...captions(page));
        after = page.hits.at(-1)!.cursor;
      }
      expect(seen).toEqual(whole);
    }
  },
);

test("does not ask ITM for pages behind the re-ranked ones", async () => {
  const inference = new FakeInference();
  const gallery = await galleryOf(inference, ...words);
  const { hits } = await search(gallery, "cat", { rerank: 2, first: 3 });
  const asked = inference.count("match");
  await search(gallery, "cat", { rerank: 2, first: 3, after: hits.at(-1)!.cursor });
  expect(inference.count("match")).toBe(asked);
});

test("a model without MATCH is not asked for it", async () => {
  const gallery = await galleryOf(new FakeInference([model("blip", { tasks: ["EMBED"] })]), "cat", "dog");
  expect(captions(await search(gallery, "dog", { rerank: 32 }))).toEqual(["dog", "cat"]);
});

test("refuses cursors of other searches, and broken ones", async () => {
  const gallery = await galleryOf(new FakeInference(), "cat", "dog");
  const { hits } = await search(gallery, "cat", { first: 1 });
  const after = hits[0]!.cursor;
  const { edges } = await gallery.page({ first: 1 });
  const broken = Buffer.from("hit:x:y").toString("base64url");
  const refused = { code: "BAD_USER_INPUT", message: expect.stringContaining("not a cursor of this search") as string };
  await expect(search(gallery, "dog", { after })).rejects.toMatchObject(refused);
  await expect(search(gallery, "cat", { after, rerank: 5 })).rejects.toMatchObject(refused);
  for (const cursor of [edges[0]!.cursor, broken, "", "?"]) {
    await expect(search(gallery, "cat", { after: cursor })).rejects.toMatchObject(refused);
  }
  await expect(gallery.page({ first: 1, after })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});

test("a cursor far behind the end gives an empty page", async () => {
  const gallery = await galleryOf(new FakeInference(), "cat");
  const [hit] = (await search(gallery, "cat")).hits;
  const far = Buffer.from(Buffer.from(hit!.cursor, "base64url").toString().replace(/0$/, "99999999999"));
  const page = await search(gallery, "cat", { after: far.toString("base64url") });
  expect(page).toEqual({ hits: [], hasNextPage: false, hasPreviousPage: true });
});

test.each([
  [{ first: 101 }, "`first` must be a whole number from 0 to 100, not 101"],
  [{ first: -1 }, "`first` must be"],
  [{ first: 1.5 }, "`first` must be"],
  [{ rerank: 257 }, "`rerank` must be a whole number from 0 to 256, not 257"],
  [{ text: "  " }, "`text` must say something"],
])("refuses %j", async (changes, message) => {
  const gallery = await galleryOf(new FakeInference());
  const searching = search(gallery, "cat", changes);
  await expect(searching).rejects.toMatchObject({
    code: "BAD_USER_INPUT",
    message: expect.stringContaining(message) as string,
  });
});

test("says which models can search", async () => {
  const inference = new FakeInference([
    model("blip"),
    model("llava", { tasks: ["CHAT"] }),
    model("bad", { state: "FAILED" }),
    model("late", { state: "LOADING", tasks: [], digest: "" }),
  ]);
  const gallery = await galleryOf(inference);
  await expect(search(gallery, "cat", { model: "clip" })).rejects.toMatchObject({
    code: "MODEL_UNAVAILABLE",
    message: "no model clip is served; models that can: blip",
  });
  await expect(search(gallery, "cat", { model: "llava" })).rejects.toMatchObject({ code: "UNSUPPORTED_TASK" });
  for (const name of ["bad", "late"]) {
    await expect(search(gallery, "cat", { model: name })).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
  }
});

test("an empty gallery has no hits", async () => {
  const gallery = await galleryOf(new FakeInference());
  expect(await search(gallery, "cat", { rerank: 32 })).toEqual({
    hits: [],
    hasNextPage: false,
    hasPreviousPage: false,
  });
});

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

test("looks again when pictures that it found are removed, so that the page is full", async () => {
  const inference = new FakeInference();
  const gallery = await galleryOf(inference, ...words);
  const [best, second] = byItc("cat dog", words);
  let isRemoved = false;
  inference.before = async (task) => {
    if (task.kind !== "indexSearch" || isRemoved) return;
    isRemoved = true;
    await gallery.remove([idOf(best!)]);
  };
  const page = await search(gallery, "cat dog", { first: 1 });
  expect(captions(page)).toEqual([second]);
  expect(page.hasNextPage).toBe(true);
});

test("skips a picture that is removed while ITM looks at it", async () => {
  const inference = new FakeInference();
  const gallery = await galleryOf(inference, "cat", "dog", "bird");
  inference.before = async (task) => {
    if (task.kind === "match" && "file" in task.image && task.image.sha256 === idOf("dog")) {
      await gallery.remove([idOf("dog")]);
    }
  };
  const page = await search(gallery, "cat", { rerank: 3 });
  expect(new Set(captions(page))).toEqual(new Set(["cat", "bird"]));
});

test("an ITM failure fails the search, with its code", async () => {
  const inference = new FakeInference();
  const gallery = await galleryOf(inference, "cat", "dog");
  inference.before = (task) => {
    if (task.kind === "match") throw new InferenceError("OVERLOADED", "full");
  };
  await expect(search(gallery, "cat", { rerank: 2 })).rejects.toMatchObject({ code: "OVERLOADED" });
  expect(inference.inFlight).toBe(0);
});

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
