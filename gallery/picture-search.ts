import type { Inference, MatchResult, ModelInfo } from "../inference/index.ts";
import { fingerprint, hitCursor, rankAfter } from "./cursor.ts";
import { embedQuery, embedText, imageOf, type Parts, type QueryImage, seenBy } from "./embed.ts";
import { maxFirst, maxRerank, requireCount, requireText } from "./limits.ts";
import { type Candidate, type Ranked, rerank } from "./rerank.ts";
import { retrievalModel, spaceOf } from "./retrieval-model.ts";
import type { Picture, PictureRow } from "./store.ts";
import type { VectorQuery, VectorSearch } from "./vector-search.ts";

interface Paging {
  /** At most 100. */
  readonly first: number;
  /** The cursor of the last hit that the caller has; one of another search is BAD_USER_INPUT. */
  readonly after?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Inference as whoever asks sees it. @default the gallery's */
  readonly inference?: Inference;
}

export interface TextSearch extends Paging {
  readonly model: string;
  readonly text: string;
  /** How many of the best ITM orders anew, at most 256; nothing for a model that has no MATCH. */
  readonly rerank: number;
}

export interface ImageSearch extends Paging {
  readonly model: string;
  readonly image: QueryImage;
}

export interface PictureHit {
  readonly picture: Picture;
  /** ITC, [-1, 1]. */
  readonly similarity: number;
  readonly probability: number | undefined;
  readonly score: number;
  readonly cursor: string;
}

export interface HitPage {
  readonly hits: readonly PictureHit[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** How often a search is repeated because pictures that it found were removed while it ran. */
const maxRepeats = 3;

/** Retrieval of pictures by text or by image, over all that is embedded. */
export class PictureSearch {
  readonly #parts: Parts;
  readonly #index: VectorSearch;

  constructor(parts: Parts, index: VectorSearch) {
    this.#parts = parts;
    this.#index = index;
  }

  /** ITC over the gallery, then ITM over the best `rerank`, always the same ones, so that pages fit together. */
  async byText({ model: name, text, rerank: asked, first, after, signal, inference }: TextSearch): Promise<HitPage> {
    requireText("text", text);
    requireCount("first", first, maxFirst);
    requireCount("rerank", asked, maxRerank);
    const parts = seenBy(inference, this.#parts);
    const model = retrievalModel(parts.inference, name);
    const count = model.tasks.includes("MATCH") ? asked : 0;
    const search = fingerprint(["text", spaceOf(model), text, count]);
    const start = rankAfter(search, after);
    const query = await embedText(parts, text, model, signal);
    const k = Math.max(count, start + first + 1);
    const candidates = await this.#candidates({ space: spaceOf(model), query, k, signal });
    const ranked = await rerank(candidates, {
      count: start < count ? count : 0,
      signal,
      match: (picture, stop) => matchPicture(parts, { model, picture, text }, stop),
    });
    return pageOf(ranked, { search, start, first });
  }

  /**
   * By ITC. A gallery picture that is named by its id is left out of its own results, as people who ask for similar
   * pictures expect; an uploaded copy is found, first of all, because an upload also asks whether the picture is there.
   */
  async byImage({ model: name, image, first, after, signal, inference }: ImageSearch): Promise<HitPage> {
    requireCount("first", first, maxFirst);
    const parts = seenBy(inference, this.#parts);
    const model = retrievalModel(parts.inference, name);
    const { embedding: query, sha256, named } = await embedQuery(parts, image, model, signal);
    const search = fingerprint(["image", spaceOf(model), sha256, named ? "others" : "all"]);
    const start = rankAfter(search, after);
    const k = start + first + (named ? 2 : 1);
    const candidates = await this.#candidates({ space: spaceOf(model), query, k, signal });
    const others = candidates.filter(({ item }) => item.row !== named?.row);
    const ranked = others.map((c) => ({ ...c, probability: undefined, score: c.similarity }));
    return pageOf(ranked, { search, start, first });
  }

  /** The `k` best. A found picture that is gone has its removal in the change log: a repeated search sees past it. */
  async #candidates(query: VectorQuery): Promise<readonly Candidate<PictureRow>[]> {
    const k = Math.min(query.k, await this.#parts.store.count());
    for (let repeat = 0; ; repeat++) {
      const found = await this.#index.search({ ...query, k });
      const pictures = await this.#parts.store.byRow(found.map(({ row }) => row));
      if (pictures.size < found.length && repeat < maxRepeats) continue;
      return found.flatMap(({ row, similarity }) => {
        const item = pictures.get(row);
        return item === undefined ? [] : [{ item, similarity }];
      });
    }
  }

  /** Undefined for a picture that was removed before the worker could read it. */
}

/** None for one that is gone meanwhile. */
async function matchPicture(
  { store, inference }: Parts,
  { model, picture, text }: { readonly model: ModelInfo; readonly picture: PictureRow; readonly text: string },
  signal: AbortSignal,
): Promise<MatchResult | undefined> {
  try {
    const image = await imageOf(store, picture);
    return await inference.submit({ kind: "match", model: model.name, image, text }, { signal });
  } catch (error) {
    const [still] = await store.get([picture.id]);
    if (still !== undefined) throw error;
    return undefined;
  }
}

function pageOf(
  ranked: readonly Ranked<PictureRow>[],
  { search, start, first }: { readonly search: string; readonly start: number; readonly first: number },
): HitPage {
  const hits = ranked.slice(start, start + first).map(({ item, similarity, probability, score }, i) => {
    return { picture: item, similarity, probability, score, cursor: hitCursor(search, start + i) };
  });
  return { hits, hasNextPage: ranked.length > start + first, hasPreviousPage: start > 0 };
}
