import { createHash } from "node:crypto";
import {
  InferenceError,
  type ImageSource,
  type Inference,
  type ModelInfo,
  type SubmitOptions,
} from "../inference/index.ts";
import { mapBounded } from "./map-bounded.ts";
import { isLoading, retrievalModels, spaceOf } from "./retrieval-model.ts";
import { cancelledBy } from "./signal.ts";
import type { Embedding, GalleryStore, Picture, PictureRow } from "./store.ts";

/** What most of the gallery works with. */
export interface Parts {
  readonly store: GalleryStore;
  readonly inference: Inference;
}

/** The same for one who sees inference in another way, if whoever asks does. */
export function seenBy(inference: Inference | undefined, parts: Parts): Parts {
  return inference === undefined ? parts : { ...parts, inference };
}

/** A picture to search with: any image, or one of the gallery by its id. */
export type QueryImage = ImageSource | { readonly id: string };

/** A query image, looked up and embedded. */
export interface EmbeddedQuery {
  readonly embedding: Embedding;
  readonly image: ImageSource;
  readonly sha256: string;
  /** The picture that was named by its id, if it was. */
  readonly named: PictureRow | undefined;
}

/** Enough requests for the engine to batch, few enough that others get their turn. */
export const embedsAtOnce = 16;

/** The stored file; the worker reads it only if it does not know the picture. */
export async function imageOf(store: GalleryStore, picture: Picture): Promise<ImageSource> {
  return { file: await store.file(picture), sha256: picture.id };
}

/** The picture of this id; NOT_FOUND if there is none. */
export async function pictureWithId(store: GalleryStore, id: string): Promise<PictureRow> {
  const [picture] = await store.get([id]);
  if (picture !== undefined) return picture;
  throw new InferenceError("NOT_FOUND", `no picture of the gallery has the id ${id}`);
}

/** The picture's embedding: the kept one, or a new one that is kept from now on. */
export async function embedPicture(
  { store, inference }: Parts,
  picture: PictureRow,
  model: ModelInfo,
  signal: AbortSignal | undefined,
): Promise<Embedding> {
  const kept = await store.embedding(spaceOf(model), picture.row);
  if (kept !== undefined) return kept;
  const made = await embedImage(inference, await imageOf(store, picture), model, {
    ...cancelledBy(signal),
    priority: "bulk",
  });
  await store.putEmbedding(spaceOf(model), picture.row, made);
  return made;
}

/** Embeds the pictures with every loaded retrieval model; resolves to whether nothing is left for later. */
export async function embedPictures(
  parts: Parts,
  pictures: readonly PictureRow[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const models = retrievalModels(parts.inference);
  const pairs = models.flatMap((model) => pictures.map((picture) => ({ model, picture })));
  const done = await mapBounded(pairs, { limit: embedsAtOnce, signal }, ({ model, picture }, stop) =>
    embedPicture(parts, picture, model, stop).then(() => true, unlessAborted(stop)),
  );
  return !isLoading(parts.inference) && done.every((isDone) => isDone);
}

/** Embeds a query. A gallery picture's kept embedding serves, also for an uploaded copy of it. */
export async function embedQuery(
  parts: Parts,
  query: QueryImage,
  model: ModelInfo,
  signal: AbortSignal | undefined,
): Promise<EmbeddedQuery> {
  const { store, inference } = parts;
  if ("id" in query) {
    const named = await pictureWithId(store, query.id);
    const embedding = await embedPicture(parts, named, model, signal);
    return { embedding, image: await imageOf(store, named), sha256: named.id, named };
  }
  const sha256 = sha256Of(query);
  const [copy] = await store.get([sha256]);
  const kept = copy && (await store.embedding(spaceOf(model), copy.row));
  const embedding = kept ?? (await embedImage(inference, query, model, cancelledBy(signal)));
  return { embedding, image: query, sha256, named: undefined };
}

/** Embeds a text. */
export async function embedText(
  { inference }: Parts,
  text: string,
  { name }: ModelInfo,
  signal: AbortSignal | undefined,
): Promise<Embedding> {
  const made = await inference.submit({ kind: "embedText", model: name, text }, cancelledBy(signal));
  return { values: made.embedding, vectors: made.vectors };
}

/** SHA-256 of the image's bytes, hexadecimal. */
export function sha256Of(image: ImageSource): string {
  return "bytes" in image ? createHash("sha256").update(image.bytes).digest("hex") : image.sha256;
}

async function embedImage(
  inference: Inference,
  image: ImageSource,
  { name }: ModelInfo,
  options: SubmitOptions,
): Promise<Embedding> {
  const made = await inference.submit({ kind: "embedImage", model: name, image }, options);
  return { values: made.embedding, vectors: made.vectors };
}

/** A failed embedding is made up for later; a cancelled request ends. */
function unlessAborted(signal: AbortSignal): (error: unknown) => false {
  return (error) => {
    if (signal.aborted) throw error;
    return false;
  };
}
