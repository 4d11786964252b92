import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gallery } from "../../gallery/gallery.ts";
import { type ImageSource, type InferenceClient } from "../../inference/index.ts";
import { golden, startTinyInference } from "../support/tiny-inference.ts";
import type { Embedding } from "../../gallery/store.ts";
import { similarity } from "../../gallery/similarity.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** One vector of a picture, and several. */
const models = [
  { name: "retrieval-base", folder: join(golden, "blip/retrieval-base") },
  { name: "blip-2-itm", folder: join(golden, "blip-2/itm") },
];
const pictures = join(golden, "blip/pictures");
const names = readdirSync(pictures).filter((name) => /\.(png|jpg)$/.test(name));

let inference: InferenceClient;
beforeAll(() => {
  inference = startTinyInference({ models });
  return inference.ready();
});
afterAll(() => inference.close());

function imageOf(name: string): ImageSource {
  return { bytes: readFileSync(join(pictures, name)) };
}

async function filledGallery(): Promise<Gallery> {
  const gallery = await Gallery.open(await temporaryFolder(), inference);
  await gallery.add(names.map((name) => ({ image: imageOf(name), caption: name })));
  return gallery;
}

/** ITC, by the model itself. */
async function itc(model: string, name: string, text: string): Promise<number> {
  return (await inference.submit({ kind: "match", model, image: imageOf(name), text })).similarity;
}

async function embeddingOf(model: string, name: string): Promise<Embedding> {
  const { embedding, vectors } = await inference.submit({ kind: "embedImage", model, image: imageOf(name) });
  return { values: embedding, vectors };
}

describe.each(models)("with $name", ({ name: model }) => {
  test("finds, re-ranks and pages with a real worker, also after it was killed", async () => {
    const gallery = await filledGallery();
    const text = "a dog on a beach";
    const { hits } = await gallery.searchByText({ model, text, first: 100, rerank: 3 });
    expect(hits).toHaveLength(names.length);
    for (const hit of hits) {
      expect(hit.similarity).toBeCloseTo(await itc(model, hit.picture.caption!, text), 4);
    }
    for (const [i, hit] of hits.slice(0, 3).entries()) {
      const { logit } = await inference.submit({ kind: "match", model, image: imageOf(hit.picture.caption!), text });
      expect(hit.score).toBeCloseTo(logit + hit.similarity, 3);
      if (i > 0) expect(hit.score).toBeLessThanOrEqual(hits[i - 1]!.score);
    }
    process.kill(inference.workerPid!, "SIGKILL");
    const again = await gallery.searchByText({ model, text, first: 100, rerank: 3 });
    expect(again.hits.map(({ picture }) => picture.id)).toEqual(hits.map(({ picture }) => picture.id));
    await gallery.close();
  });

  test("finds a picture by itself, and ranks texts for it", async () => {
    const gallery = await filledGallery();
    const { hits } = await gallery.searchByImage({ model, image: imageOf(names[0]!), first: 1 });
    expect(hits[0]!.picture.caption).toBe(names[0]);
    expect(hits[0]!.similarity).toBeCloseTo(1, 4);
    const texts = ["a cat", "a dog", "a house"];
    const ranked = await gallery.rankTexts({ model, image: { id: hits[0]!.picture.id }, texts, first: 3, rerank: 2 });
    expect(ranked.map(({ probability }) => probability !== undefined)).toEqual([true, true, false]);
    expect(ranked[2]!.similarity).toBeCloseTo(await itc(model, names[0]!, ranked[2]!.text), 4);
    await gallery.close();
  });

  test("compares pictures by the closest of all pairs of their vectors", async () => {
    const gallery = await filledGallery();
    const query = await embeddingOf(model, names[0]!);
    const { hits } = await gallery.searchByImage({ model, image: imageOf(names[0]!), first: 100 });
    expect(hits).toHaveLength(names.length);
    for (const hit of hits) {
      expect(hit.similarity).toBeCloseTo(similarity(query, await embeddingOf(model, hit.picture.caption!)), 4);
    }
    await gallery.close();
  });
});

test("names the picture that is not an image, and adds none", async () => {
  const gallery = await Gallery.open(await temporaryFolder(), inference);
  const images = [imageOf(names[0]!), { bytes: Buffer.from("no image") }].map((image) => ({ image }));
  await expect(gallery.add(images)).rejects.toMatchObject({
    code: "IMAGE_UNREADABLE",
    message: expect.stringContaining("images[1]") as string,
  });
  expect((await gallery.page({ first: 1 })).totalCount).toBe(0);
  await gallery.close();
});
