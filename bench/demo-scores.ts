import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import sharp from "sharp";
import type { EmbedResult, Inference } from "../inference/index.ts";

/** Of a gallery of so many pictures, the best so many by similarity are re-ranked. */
const GALLERY = 100;
const RERANKED = 32;
/** Requests kept in flight: enough to fill batches. */
const CONCURRENCY = 64;

export const golden = join(import.meta.dirname, "../test/golden/demo");

interface Question {
  readonly kind: string;
  readonly question: string;
  readonly answer: string;
}

/** A held-out scene: its picture as PNG, and what is true of it. */
export interface Scene {
  readonly picture: Uint8Array;
  readonly caption: string;
  readonly questions: readonly Question[];
}

type Embedded = Pick<EmbedResult, "embedding" | "vectors">;

/** Shares of right answers, 0 … 1. */
export type Scores = Readonly<Record<string, number>>;

/** The first of the held-out scenes that training/demo/golden.py wrote; all 500 unless fewer are asked for. */
export async function readScenes(count = Infinity): Promise<Scene[]> {
  const { pictures, scenes } = JSON.parse(readFileSync(join(golden, "scenes.json"), "utf8")) as {
    pictures: { width: number; height: number };
    scenes: Omit<Scene, "picture">[];
  };
  const pixels = gunzipSync(readFileSync(join(golden, "pictures.rgb.gz")));
  const { width, height } = pictures;
  const size = width * height * 3;
  return Promise.all(
    scenes.slice(0, count).map(async (scene, i) => ({
      ...scene,
      picture: await sharp(pixels.subarray(i * size, (i + 1) * size), { raw: { width, height, channels: 3 } })
        .png({ compressionLevel: 1 })
        .toBuffer(),
    })),
  );
}

/** Exact captions, and captions with the right set of objects and background. */
export async function captionScores(inference: Inference, model: string, scenes: readonly Scene[]): Promise<Scores> {
  const options = { maxTokens: 24 };
  const said = await inParallel(scenes, ({ picture }) =>
    inference.submit({ kind: "caption", model, image: { bytes: picture }, options }),
  );
  return {
    exact: share(scenes, ({ caption }, i) => said[i]!.text === caption),
    set: share(scenes, ({ caption }, i) => parts(said[i]!.text) === parts(caption)),
  };
}

/** Right answers by kind of question, and over all. */
export async function answerScores(inference: Inference, model: string, scenes: readonly Scene[]): Promise<Scores> {
  const asked = scenes.flatMap(({ picture, questions }) => questions.map((question) => ({ picture, ...question })));
  const said = await inParallel(asked, ({ picture, question }) =>
    inference.submit({ kind: "answer", model, image: { bytes: picture }, question, options: { maxTokens: 14 } }),
  );
  return byKind(asked.map(({ kind, answer }, i) => ({ kind, right: said[i]!.text === answer })));
}

/** Shares of right answers: over all, and for each kind of question. */
export function byKind(answers: readonly { readonly kind: string; readonly right: boolean }[]): Scores {
  const kinds = [...new Set(answers.map(({ kind }) => kind))].sort();
  const shareOf = (some: typeof answers): number => share(some, ({ right }) => right);
  const shares = kinds.map((kind) => [kind, shareOf(answers.filter((one) => one.kind === kind))] as const);
  return { all: shareOf(answers), ...Object.fromEntries(shares) };
}

/** Text → picture, first of a hundred: by similarity alone, and after re-ranking by ITM logit + similarity. */
export async function retrievalScores(inference: Inference, model: string, scenes: readonly Scene[]): Promise<Scores> {
  const firsts: { itc: boolean; reranked: boolean }[] = [];
  for (let start = 0; start + GALLERY <= scenes.length; start += GALLERY) {
    firsts.push(...(await galleryFirsts(inference, model, scenes.slice(start, start + GALLERY))));
  }
  return { "itc r@1": share(firsts, ({ itc }) => itc), "r@1": share(firsts, ({ reranked }) => reranked) };
}

async function galleryFirsts(
  inference: Inference,
  model: string,
  gallery: readonly Scene[],
): Promise<{ itc: boolean; reranked: boolean }[]> {
  const pictures = await inParallel(gallery, ({ picture }) =>
    inference.submit({ kind: "embedImage", model, image: { bytes: picture } }),
  );
  const texts = await inParallel(gallery, ({ caption }) =>
    inference.submit({ kind: "embedText", model, text: caption }),
  );
  const near = texts.map((text) => {
    const similarities = pictures.map((picture) => similarity(picture, text.embedding));
    return [...gallery.keys()].sort((a, b) => similarities[b]! - similarities[a]!).slice(0, RERANKED);
  });
  const pairs = near.flatMap((order, text) => order.map((picture) => ({ text, picture })));
  const matches = await inParallel(pairs, ({ text, picture }) =>
    inference.submit({
      kind: "match",
      model,
      image: { bytes: gallery[picture]!.picture },
      text: gallery[text]!.caption,
    }),
  );
  return near.map((order, text) => {
    const scores = matches
      .slice(text * RERANKED, (text + 1) * RERANKED)
      .map(({ logit, similarity }) => logit + similarity);
    return { itc: order[0] === text, reranked: order[scores.indexOf(Math.max(...scores))] === text };
  });
}

/** What a caption names, its background included, whatever the order. */
function parts(caption: string): string {
  const [objects = "", background = ""] = caption.split(" on a ");
  return [
    background,
    ...objects
      .replace(/, | above /g, " and ")
      .split(" and ")
      .sort(),
  ].join(" | ");
}

function share<T>(items: readonly T[], isRight: (item: T, index: number) => boolean): number {
  return items.filter(isRight).length / items.length;
}

/** The largest of the dot products of a picture's vectors with a text's one. */
function similarity({ embedding, vectors }: Embedded, text: Float32Array): number {
  const rows = Array.from({ length: vectors }, (_, i) => embedding.subarray(i * text.length, (i + 1) * text.length));
  return Math.max(...rows.map((row) => row.reduce((sum, value, i) => sum + value * text[i]!, 0)));
}

/** Maps with CONCURRENCY items in flight, results in order. */
export async function inParallel<T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [i, item] of queue) results[i] = await map(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return results;
}
