import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { InferenceError } from "../inference/index.ts";
import { CopyFiles } from "./copy-files.ts";
import {
  changesAfter,
  insertEmbedding,
  newestChange,
  readEmbedding,
  removeEmbeddings,
  spaceNames,
} from "./embedding-table.ts";
import { type FoundFile, PictureFiles } from "./picture-files.ts";
import * as pictures from "./picture-table.ts";
import type { Sqlite } from "./sqlite.ts";
import { openDatabase, openDatabaseToRead } from "./sqlite-database.ts";
import type { Changes, Embedding, GalleryStore, NewPicture, Picture, PictureRow } from "./store.ts";

/** How often a picture's file is written when other processes sweep it away before its row is committed. */
const maxAttempts = 5;

/**
 * A gallery in a folder: `gallery.db` (SQLite), `pictures/` and `copies/`. Several processes may have it open.
 *
 * A row never stands without its file. The file is durable before the row is committed, and the row is gone before the
 * file is; a crash in between leaves a file without a row, which the next start removes. Whoever decides over a file
 * (the commit that needs it, a removal, a sweep) holds the database's write lock while looking and acting, so no process
 * removes what another is about to count on.
 */
export class SqliteStore implements GalleryStore {
  readonly #sql: Sqlite;
  readonly #files: PictureFiles;
  readonly copies: CopyFiles;
  /** An exact one is fast enough, see RemoteIndex. */
  readonly vectorSearch = undefined;
  #isClosed = false;

  private constructor(sql: Sqlite, files: PictureFiles, copies: CopyFiles) {
    this.#sql = sql;
    this.#files = files;
    this.copies = copies;
  }

  /** Makes the folder or brings it up to date; refuses a database that a newer release wrote. */
  static async open(folder: string): Promise<SqliteStore> {
    await mkdir(folder, { recursive: true });
    const store = new SqliteStore(
      await openDatabase(path.join(folder, "gallery.db")),
      await PictureFiles.open(path.join(folder, "pictures")),
      await CopyFiles.open(path.join(folder, "copies")),
    );
    await store.#sweep();
    await store.#sweepCopies();
    return store;
  }

  /** Opens a gallery that is there to be read only, also while others use it: nothing of it is changed or swept. */
  static async openToRead(folder: string): Promise<SqliteStore> {
    const sql = openDatabaseToRead(path.join(folder, "gallery.db"));
    const files = await PictureFiles.open(path.join(folder, "pictures"));
    return new SqliteStore(sql, files, await CopyFiles.open(path.join(folder, "copies")));
  }

  async add({ bytes, ...facts }: NewPicture): Promise<PictureRow> {
    const entry = { ...facts, id: createHash("sha256").update(bytes).digest("hex"), byteSize: bytes.byteLength };
    const [known] = await this.get([entry.id]);
    if (known === undefined) await this.#files.write(entry, bytes);
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const row = await this.#do(() => this.#commit(entry));
      if (row !== undefined) return row;
      await this.#files.write(entry, bytes);
    }
    throw new InferenceError("INTERNAL_SERVER_ERROR", `${this.#files.path(entry)} vanishes as soon as it is written`);
  }

  async remove(ids: readonly string[]): Promise<readonly string[]> {
    const removed = await this.#do(() => this.#sql.transaction(() => this.#removeRows(ids)));
    if (removed.length > 0) await this.#do(() => this.#removeFiles(removed.map((row) => this.#found(row))));
    return removed.map(({ id }) => id);
  }

  get(ids: readonly string[]): Promise<readonly (PictureRow | undefined)[]> {
    return this.#do(() => pictures.picturesById(this.#sql, ids));
  }

  byRow(rows: readonly number[]): Promise<ReadonlyMap<number, PictureRow>> {
    return this.#do(() => pictures.picturesByRow(this.#sql, rows));
  }

  page(range: { readonly before: number | undefined; readonly limit: number }): Promise<readonly PictureRow[]> {
    return this.#do(() => pictures.pageOfPictures(this.#sql, range));
  }

  count(): Promise<number> {
    return this.#do(() => pictures.countPictures(this.#sql));
  }

  file(picture: Picture): Promise<string> {
    return Promise.resolve(this.#files.path(picture));
  }

  putEmbedding(space: string, row: number, embedding: Embedding): Promise<void> {
    return this.#do(() => this.#sql.transaction(() => insertEmbedding(this.#sql, space, row, embedding)));
  }

  embedding(space: string, row: number): Promise<Embedding | undefined> {
    return this.#do(() => readEmbedding(this.#sql, space, row));
  }

  unembedded(space: string, range: { readonly after: number; readonly limit: number }): Promise<readonly PictureRow[]> {
    return this.#do(() => pictures.picturesWithoutEmbedding(this.#sql, space, range));
  }

  spaces(): Promise<readonly string[]> {
    return this.#do(() => spaceNames(this.#sql));
  }

  latestChange(space: string): Promise<number> {
    return this.#do(() => newestChange(this.#sql, space));
  }

  changesSince(space: string, at: number, limit: number): Promise<Changes> {
    return this.#do(() => changesAfter(this.#sql, space, { at, limit }));
  }

  isMarked(name: string): Promise<boolean> {
    return this.#do(() => this.#sql.first("SELECT 1 FROM marker WHERE name = ?", [name]) !== undefined);
  }

  async mark(name: string): Promise<void> {
    await this.#do(() =>
      this.#sql.run("INSERT INTO marker (name, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING", [name, Date.now()]),
    );
  }

  close(): Promise<void> {
    if (!this.#isClosed) this.#sql.close();
    this.#isClosed = true;
    return Promise.resolve();
  }

  /** SQLite answers at once: this only turns what it throws into a rejection. */
  #do<T>(work: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (this.#isClosed) throw new InferenceError("CANCELLED", "the gallery is closed");
      resolve(work());
    });
  }

  /** Commits the row, or undefined if the file is not there: swept by a process that started meanwhile, or lost. */
  #commit(entry: pictures.PictureEntry): PictureRow | undefined {
    return this.#sql.transaction(() => (this.#files.has(entry) ? pictures.upsertPicture(this.#sql, entry) : undefined));
  }

  #removeRows(ids: readonly string[]): readonly PictureRow[] {
    const rows = pictures.picturesById(this.#sql, [...new Set(ids)]).filter((row) => row !== undefined);
    for (const { row } of rows) {
      removeEmbeddings(this.#sql, row);
      pictures.deletePicture(this.#sql, row);
    }
    return rows;
  }

  /** Removes those files that have no row; one may have been added again meanwhile. */
  #removeFiles(files: readonly FoundFile[]): void {
    this.#sql.transaction(() => {
      const known = pictures.knownIds(
        this.#sql,
        files.map(({ id }) => id),
      );
      const gone = files.filter(({ id }) => !known.has(id));
      for (const { file } of gone) this.#files.removeSync(file);
      this.copies.removeSync(gone.map(({ id }) => id));
    });
  }

  #found(picture: PictureRow): FoundFile {
    return { id: picture.id, file: this.#files.path(picture) };
  }

  async #sweep(): Promise<void> {
    await this.#files.sweepIncoming();
    const files = await this.#files.list();
    const known = pictures.knownIds(
      this.#sql,
      files.map(({ id }) => id),
    );
    const orphans = files.filter(({ id }) => !known.has(id));
    if (orphans.length > 0) this.#removeFiles(orphans);
  }

  async #sweepCopies(): Promise<void> {
    await this.copies.sweepIncoming();
    const ids = await this.copies.list();
    const known = pictures.knownIds(this.#sql, ids);
    this.copies.removeSync(ids.filter((id) => !known.has(id)));
  }
}
