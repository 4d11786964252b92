import { createHash } from "node:crypto";
import { InferenceError } from "../../inference/index.ts";
import type { Sql, Statements } from "../../postgres/sql.ts";
import type { CopyFiles } from "../copy-files.ts";
import type { PictureEntry } from "../picture-table.ts";
import type { Changes, Embedding, GalleryStore, NewPicture, Picture, PictureRow } from "../store.ts";
import type { VectorSearch } from "../vector-search.ts";
import { changesAfter, insertEmbedding, readEmbedding, removeEmbeddings } from "./embedding-table.ts";
import { explained } from "./explained.ts";
import { forgetLoose, noteLoose } from "./loose-blobs.ts";
import { isMarked, mark } from "./mark-table.ts";
import { PgvectorSearch } from "./pgvector-search.ts";
import type { PictureBytes } from "./picture-bytes.ts";
import * as pictures from "./picture-table.ts";
import { findSpace, spaceNames } from "./space-table.ts";
import type { Vectors } from "./vector-table.ts";

/** What a gallery in PostgreSQL is made of. */
export interface PostgresStoreParts {
  readonly sql: Sql;
  /** Closed with the store. */
  readonly bytes: PictureBytes;
  /** Its number. */
  readonly gallery: number;
  readonly vectors: Vectors;
  /** Called when the store is closed. */
  readonly whenClosed: () => Promise<void>;
}

/** How often a picture's blob is put when others remove it before its row is committed. */
const maxAttempts = 5;

/**
 * A gallery in a PostgreSQL database that it may share with others, its pictures in a store of blobs. Any number of
 * machines may have it open.
 *
 * A row never stands without its blob. The blob is put before the row is committed, and the row is gone before the blob
 * is; what has died in between stands among the loose blobs, and goes later. Whoever decides over a blob (the commit
 * that needs it, a removal) holds its lock while looking and acting, so nobody removes what another is about to count
 * on. The same picture in several galleries is one blob, which goes with the last of them.
 */
export class PostgresStore implements GalleryStore {
  readonly #sql: Sql;
  readonly #gallery: number;
  readonly #vectors: Vectors;
  readonly #bytes: PictureBytes;
  readonly #whenClosed: () => Promise<void>;
  readonly vectorSearch: VectorSearch | undefined;
  #isClosed = false;

  constructor({ sql, bytes, gallery, vectors, whenClosed }: PostgresStoreParts) {
    this.#sql = sql;
    this.#gallery = gallery;
    this.#vectors = vectors;
    this.#bytes = bytes;
    this.#whenClosed = whenClosed;
    this.vectorSearch = vectors === "searched" ? new PgvectorSearch(sql, gallery) : undefined;
  }

  get copies(): CopyFiles {
    return this.#bytes.copies;
  }

  add({ bytes, ...facts }: NewPicture): Promise<PictureRow> {
    const entry = { ...facts, id: createHash("sha256").update(bytes).digest("hex"), byteSize: bytes.byteLength };
    return this.#do(async (sql) => {
      const [known] = await pictures.picturesById(sql, this.#gallery, [entry.id]);
      if (known === undefined) await this.#bytes.put(entry.id, bytes);
      for (let attempt = 1; attempt <= maxAttempts; attempt++) {
        const row = await sql.transaction((transaction) => this.#commit(transaction, entry));
        if (row === undefined) await this.#bytes.put(entry.id, bytes);
        else return this.#bytes.haveFile(entry, bytes).then(() => row);
      }
      throw new InferenceError("INTERNAL_SERVER_ERROR", `the blob ${entry.id} vanishes as soon as it is put`);
    });
  }

  remove(ids: readonly string[]): Promise<readonly string[]> {
    return this.#do(async (sql) => {
      const removed = await sql.transaction((transaction) => this.#removeRows(transaction, ids));
      if (removed.length > 0) await this.#bytes.remove(removed);
      return removed;
    });
  }

  get(ids: readonly string[]): Promise<readonly (PictureRow | undefined)[]> {
    return this.#do((sql) => pictures.picturesById(sql, this.#gallery, ids));
  }

  byRow(rows: readonly number[]): Promise<ReadonlyMap<number, PictureRow>> {
    return this.#do((sql) => pictures.picturesByRow(sql, this.#gallery, rows));
  }

  page(range: { readonly before: number | undefined; readonly limit: number }): Promise<readonly PictureRow[]> {
    return this.#do((sql) => pictures.pageOfPictures(sql, this.#gallery, range));
  }

  count(): Promise<number> {
    return this.#do((sql) => pictures.countPictures(sql, this.#gallery));
  }

  file(picture: Picture): Promise<string> {
    return this.#do(() => this.#bytes.file(picture));
  }

  putEmbedding(space: string, row: number, embedding: Embedding): Promise<void> {
    const put = { space, row, embedding };
    return this.#do((sql) => {
      return sql.transaction((transaction) => insertEmbedding(transaction, this.#gallery, put, this.#vectors));
    });
  }

  embedding(space: string, row: number): Promise<Embedding | undefined> {
    return this.#do((sql) => readEmbedding(sql, this.#gallery, { space, row }));
  }

  unembedded(space: string, range: { readonly after: number; readonly limit: number }): Promise<readonly PictureRow[]> {
    return this.#do((sql) => pictures.picturesWithoutEmbedding(sql, this.#gallery, { space, ...range }));
  }

  spaces(): Promise<readonly string[]> {
    return this.#do((sql) => spaceNames(sql, this.#gallery));
  }

  latestChange(space: string): Promise<number> {
    return this.#do(async (sql) => (await findSpace(sql, this.#gallery, space))?.change ?? 0);
  }

  changesSince(space: string, at: number, limit: number): Promise<Changes> {
    return this.#do((sql) => changesAfter(sql, this.#gallery, { space, at, limit }));
  }

  isMarked(name: string): Promise<boolean> {
    return this.#do((sql) => isMarked(sql, this.#gallery, name));
  }

  mark(name: string): Promise<void> {
    return this.#do((sql) => mark(sql, this.#gallery, name));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#bytes.close();
    await this.#whenClosed();
  }

  #do<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new InferenceError("CANCELLED", "the gallery is closed"));
    return explained(() => work(this.#sql));
  }

  /** Commits the row, or undefined if the blob is not there: removed by others meanwhile, or lost. */
  async #commit(sql: Statements, entry: PictureEntry): Promise<PictureRow | undefined> {
    if (!(await this.#bytes.areKept(sql, entry.id))) return undefined;
    const row = await pictures.upsertPicture(sql, this.#gallery, entry);
    await forgetLoose(sql, entry.id);
    return row;
  }

  async #removeRows(sql: Statements, ids: readonly string[]): Promise<readonly string[]> {
    const found = await pictures.lockPictures(sql, this.#gallery, ids);
    const rows = found.map(({ row }) => row);
    await removeEmbeddings(sql, this.#gallery, rows);
    await pictures.deletePictures(sql, this.#gallery, rows);
    const removed = found.map(({ id }) => id);
    await noteLoose(sql, removed);
    return removed;
  }
}
