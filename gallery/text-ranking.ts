import { embedQuery, embedsAtOnce, type Parts, type QueryImage } from "./embed.ts";
import { maxFirst, maxRerank, maxTexts, requireCount, requireText } from "./limits.ts";
import { mapBounded } from "./map-bounded.ts";
import { type Candidate, rerank } from "./rerank.ts";
import { retrievalModel } from "./retrieval-model.ts";

export interface TextRanking {
  readonly model: string;
  readonly image: QueryImage;
  /** At most 1,024. */
  readonly texts: readonly string[];
  readonly first: number;
  /** How many of the best ITM orders anew, at most 256; nothing for a model that has no MATCH. */
  readonly rerank: number;
  readonly signal?: AbortSignal | undefined;
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
export async function rankTexts(parts: Parts, ranking: TextRanking): Promise<readonly TextHit[]> {
  requireCount("first", ranking.first, maxFirst);
  requireCount("rerank", ranking.rerank, maxRerank);
  requireCount("number of texts", ranking.texts.length, maxTexts);
  ranking.texts.forEach((text, index) => requireText(`texts[${index}]`, text));
  if (ranking.texts.length === 0) return [];
  const { inference } = parts;
  const { model: name, signal } = ranking;
  const model = retrievalModel(inference, name);
  const { vector, image } = await embedQuery(parts, ranking.image, model, signal);
  const ranked = await rerank(await similarTexts(parts, ranking, vector), {
    count: model.tasks.includes("MATCH") ? ranking.rerank : 0,
    signal,
    match: ({ text }, stop) => inference.submit({ kind: "match", model: name, image, text }, { signal: stop }),
  });
  return ranked.slice(0, ranking.first).map(({ item, similarity, probability, score }) => {
    return { ...item, similarity, probability, score };
  });
}

/** All texts by ITC similarity to the image's embedding, [length]. */
async function similarTexts(
  { inference }: Parts,
  { model, texts, signal }: TextRanking,
  image: Float32Array,
): Promise<readonly Candidate<{ readonly text: string; readonly index: number }>[]> {
  const candidates = await mapBounded(texts, { limit: embedsAtOnce, signal }, async (text, stop, index) => {
    const { embedding } = await inference.submit({ kind: "embedText", model, text }, { signal: stop });
    return { item: { text, index }, similarity: dot(embedding, image) };
  });
  return candidates.toSorted((a, b) => b.similarity - a.similarity);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
