import { expect, test } from "vitest";
import type { HitPage } from "../../gallery/picture-search.ts";
import { InferenceError } from "../../inference/index.ts";
import { dot, FakeInference, meaning, model } from "./fake-inference.ts";
import { captions, galleryOf, idOf, search, words } from "./galleries.ts";

function byItc(text: string, seen: readonly string[]): readonly string[] {
  return [...seen].sort((a, b) => dot(meaning(b), meaning(text)) - dot(meaning(a), meaning(text)));
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
