import type { Client, OperationResult, OperationResultSource } from "urql";
import {
  type HitPartsFragment,
  type ImageInput,
  PicturesDocument,
  type PicturesQuery,
  SearchByPictureDocument,
  SearchByWordsDocument,
} from "../graph/generated/graphql.ts";
import { problemOf, type Problem } from "../graph/problem.ts";
import { droppedPicture } from "./dropped-picture.ts";
import type { LoadPage, Page } from "./listing.ts";
import type { Query } from "./query.ts";

const PICTURES_A_PAGE = 100;
/** Of those that words describe, the first 32 are looked at more closely. */
const HITS_A_PAGE = 48;

const gone: Problem = {
  code: "GONE",
  message: "The picture that this search began with was only in the page that has been closed. Drop it here again.",
};

/** How a query's pages are asked for. */
export function pagesOf(client: Client, { subject, family }: Query): LoadPage {
  switch (subject.kind) {
    case "all":
      return (after, told) => {
        const asked = client.query(PicturesDocument, { first: PICTURES_A_PAGE, after: after ?? null });
        return tell(asked, told, ({ images }) => picturePage(images));
      };
    case "words":
      return (after, told) => {
        const variables = { text: subject.text, first: HITS_A_PAGE, after: after ?? null, family };
        return tell(client.query(SearchByWordsDocument, variables), told, ({ retrieveImages: hits }) => hitPage(hits));
      };
    case "similar":
      return similarPages(client, { id: subject.id }, family);
    case "dropped": {
      const upload = droppedPicture(subject.key);
      return upload ? similarPages(client, { upload }, family) : tellGone;
    }
  }
}

function similarPages(client: Client, image: ImageInput, family: Query["family"]): LoadPage {
  return (after, told) => {
    const variables = { image, first: HITS_A_PAGE, after: after ?? null, family };
    return tell(client.query(SearchByPictureDocument, variables), told, ({ similarImages: hits }) => hitPage(hits));
  };
}

/** Tells of the page that an answer holds; returns how to stop waiting for it. */
function tell<T>(
  asked: OperationResultSource<OperationResult<T>>,
  told: Parameters<LoadPage>[1],
  read: (data: T) => Page | undefined,
): () => void {
  const running = asked.subscribe((result) => told(pageIn(result, read)));
  return () => running.unsubscribe();
}

const tellGone: LoadPage = (_, told) => {
  const timer = setTimeout(() => told(gone));
  return () => clearTimeout(timer);
};

function pageIn<T>({ data, error }: OperationResult<T>, read: (data: T) => Page | undefined): Page | Problem {
  if (error) return problemOf(error);
  return (data && read(data)) ?? { tiles: [], next: undefined };
}

function picturePage({ edges, pageInfo, totalCount }: PicturesQuery["images"]): Page {
  return { tiles: edges.map(({ node }) => ({ image: node })), next: nextOf(pageInfo), total: totalCount };
}

function hitPage(hits: HitPartsFragment | null | undefined): Page | undefined {
  if (!hits) return undefined;
  const tiles = hits.edges.map(({ node, similarity, probability }) => {
    return { image: node, similarity, probability: probability ?? undefined };
  });
  return { tiles, next: nextOf(hits.pageInfo) };
}

function nextOf({ hasNextPage, endCursor }: HitPartsFragment["pageInfo"]): string | undefined {
  return hasNextPage ? (endCursor ?? undefined) : undefined;
}
