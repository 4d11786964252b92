import type { InspectResult } from "../inference/index.ts";
import type { CopyFiles } from "./copy-files.ts";
import type { VectorSearch } from "./vector-search.ts";

export type PictureFormat = InspectResult["format"];

/** A picture of the gallery. */
export interface Picture {
  /** SHA-256 of the file's bytes, 64 hexadecimal digits: the same picture has the same id wherever it is added. */
  readonly id: string;
  /** In pixels, after the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly byteSize: number;
  readonly format: PictureFormat;
  readonly caption: string | undefined;
  readonly createdAt: Date;
}

/** A picture with the number that embeddings and the worker's index know it by: it grows, and is never used again. */
export interface PictureRow extends Picture {
  readonly row: number;
}

/** What the store needs to keep a picture; width, height and format are those that inspecting it gave. */
export interface NewPicture {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly format: PictureFormat;
  /** Absent: a picture that is already there keeps its caption. */
  readonly caption?: string;
  /** Of a picture that comes from another gallery. @default now */
  readonly createdAt?: Date;
}

/** What a model makes of a picture: L2-normalised vectors of one length. */
export interface Embedding {
  /** One after the other, [vectors, length]. */
  readonly values: Float32Array;
  readonly vectors: number;
}

/** A part of a space's change log, small enough to send: what happened after change `from`, up to change `to`. */
export interface Changes {
  readonly from: number;
  readonly to: number;
  /** Rows to forget. One that was added and removed between two chunks may be named though the follower never saw it. */
  readonly removed: readonly number[];
  readonly added: readonly number[];
  /** The embedding of each of `added`, [added, vectors, length]. */
  readonly vectors: Float32Array;
}

/**
 * Pictures, their embeddings, and for each vector space a log that a copy of it can follow.
 *
 * A space is named by what makes embeddings comparable (see `spaceOf`); each of its pictures has as many vectors, of
 * the same length. Its changes are numbered 1, 2, 3 …; a picture
 * enters a space once and leaves it once, because rows are never used again. So the log needs no history: what is there
 * carries the number at which it came, what is gone carries both, and a follower at `at` is told only the difference.
 */
export interface GalleryStore {
  /** Keeps the picture durably before it resolves; one that is already there only takes the new caption, if given. */
  add(picture: NewPicture): Promise<PictureRow>;
  /** Removes rows, embeddings and files; resolves to those ids that were there. */
  remove(ids: readonly string[]): Promise<readonly string[]>;
  /** One for each id, in the same order. */
  get(ids: readonly string[]): Promise<readonly (PictureRow | undefined)[]>;
  /** Those of `rows` that are still there. */
  byRow(rows: readonly number[]): Promise<ReadonlyMap<number, PictureRow>>;
  /** Newest first: the `limit` pictures before row `before`, or the newest of all. */
  page(range: { readonly before: number | undefined; readonly limit: number }): Promise<readonly PictureRow[]>;
  count(): Promise<number>;
  /**
   * The absolute path of a file with the picture's bytes on this machine, which stays there for as long as a request
   * may take, unless the picture is removed. A store of many machines fetches it where it is not there yet.
   */
  file(picture: Picture): Promise<string>;
  /** Smaller copies of the pictures, which go when these go. */
  readonly copies: CopyFiles;

  /** Keeps the picture's embedding, unless it has one in this space or has been removed meanwhile. */
  putEmbedding(space: string, row: number, embedding: Embedding): Promise<void>;
  embedding(space: string, row: number): Promise<Embedding | undefined>;
  /** The first `limit` pictures after row `after` that have no embedding in this space, oldest first. */
  unembedded(space: string, range: { readonly after: number; readonly limit: number }): Promise<readonly PictureRow[]>;

  /** The names of all spaces that have had an embedding. */
  spaces(): Promise<readonly string[]>;
  /** The number of the space's newest change; 0 while nothing has happened in it. */
  latestChange(space: string): Promise<number>;
  /** The next changes after change `at`, of at most `limit` vectors or of one picture; `to` is `from` if there are none. */
  changesSince(space: string, at: number, limit: number): Promise<Changes>;

  /** The store's own search, if it has one; of others, a copy of the embeddings is searched that follows the log. */
  readonly vectorSearch: VectorSearch | undefined;

  /** Whether `mark(name)` has been called on this store, ever. */
  isMarked(name: string): Promise<boolean>;
  mark(name: string): Promise<void>;

  close(): Promise<void>;
}
