import type { Inference, ModelInfo } from "../inference/index.ts";
import { embedQuery, embedsAtOnce, embedText, type Parts, type QueryImage, seenBy } from "./embed.ts";
import { maxFirst, maxRerank, maxTexts, requireCount, requireText } from "./limits.ts";
import { mapBounded } from "./map-bounded.ts";
import { type Candidate, rerank } from "./rerank.ts";
import { retrievalModel } from "./retrieval-model.ts";
import { similarity } from "./similarity.ts";
import type { Embedding } from "./store.ts";

export interface TextRanking {
  readonly model: string;
  readonly image: QueryImage;
  /** At most 1,024. */
  readonly texts: readonly string[];
  readonly first: number;
  /** How many of the best ITM orders anew, at most 256; nothing for a model that has no MATCH. */
  readonly rerank: number;
  readonly signal?: AbortSignal | undefined;
  /** Inference as whoever asks sees it. @default the gallery's */
  readonly inference?: Inference;
}

export interface TextHit {
  readonly text: string;
  /** Where the text stands in `texts`. */
  readonly index: number;
  /** ITC, [-1, 1]. */
  readonly similarity: number;
  readonly probability: number | undefined;
  readonly score: number;
}

/** The `first` texts that say best what is in the image: ITC for all of them, ITM for the best. */
export async function rankTexts(gallery: Parts, ranking: TextRanking): Promise<readonly TextHit[]> {
  requireCount("first", ranking.first, maxFirst);
  requireCount("rerank", ranking.rerank, maxRerank);
  requireCount("number of texts", ranking.texts.length, maxTexts);
  ranking.texts.forEach((text, index) => requireText(`texts[${index}]`, text));
  if (ranking.texts.length === 0) return [];
  const parts = seenBy(ranking.inference, gallery);
  const { inference } = parts;
  const { model: name, signal } = ranking;
  const model = retrievalModel(inference, name);
  const { embedding, image } = await embedQuery(parts, ranking.image, model, signal);
  const ranked = await rerank(await similarTexts(parts, ranking, { model, embedding }), {
    count: model.tasks.includes("MATCH") ? ranking.rerank : 0,
    signal,
    match: ({ text }, stop) => inference.submit({ kind: "match", model: name, image, text }, { signal: stop }),
  });
  return ranked.slice(0, ranking.first).map(({ item, similarity, probability, score }) => {
    return { ...item, similarity, probability, score };
  });
}

/** All texts by ITC similarity to the image's embedding. */
async function similarTexts(
  parts: Parts,
  { texts, signal }: TextRanking,
  { model, embedding }: { readonly model: ModelInfo; readonly embedding: Embedding },
): Promise<readonly Candidate<{ readonly text: string; readonly index: number }>[]> {
  const candidates = await mapBounded(texts, { limit: embedsAtOnce, signal }, async (text, stop, index) => {
    const read = await embedText(parts, text, model, stop);
    return { item: { text, index }, similarity: similarity(read, embedding) };
  });
  return candidates.toSorted((a, b) => b.similarity - a.similarity);
}
