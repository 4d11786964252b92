import type { Inference } from "../inference/index.ts";
import { Backfill } from "./backfill.ts";
import { type Asker, Copies } from "./copies.ts";
import type { CopyKey } from "./copy-files.ts";
import { pictureCursor, rowOfCursor } from "./cursor.ts";
import { embedPictures, type Parts, pictureWithId, seenBy } from "./embed.ts";
import { seedExamples } from "./examples.ts";
import { keepPictures, type PictureToAdd } from "./intake.ts";
import { maxFirst, requireCount } from "./limits.ts";
import { type HitPage, type ImageSearch, PictureSearch, type TextSearch } from "./picture-search.ts";
import { retrievalModels, spaceOf } from "./retrieval-model.ts";
import { SqliteStore } from "./sqlite-store.ts";
import type { GalleryStore, Picture, PictureFormat } from "./store.ts";
import { rankTexts, type TextHit, type TextRanking } from "./text-ranking.ts";
import { RemoteIndex } from "./remote-index.ts";
import type { VectorSearch } from "./vector-search.ts";

export interface GalleryOptions {
  /** Told of what goes wrong in the background. */
  readonly report?: (problem: string) => void;
  /** Waiting time before what could not be embedded is tried again; doubled each time. */
  readonly firstPauseMs?: number;
  /** Whose it is, where the worker has copies of several tenants' vectors. */
  readonly tenant?: string | undefined;
}

export interface PicturePage {
  /** Newest first. */
  readonly edges: readonly { readonly cursor: string; readonly picture: Picture }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number;
}

/** A picture's file: also an ImageSource for a task. */
export interface PictureFile {
  readonly file: string;
  readonly sha256: string;
  readonly format: PictureFormat;
}

/**
 * Pictures, and search over them by text and by image.
 *
 * Searches run over what is embedded. A picture that `add` has resolved for is embedded with every loaded retrieval
 * model, unless the model was failing; the rest (pictures that came before a model, or while it was not loaded) is
 * embedded in the background and is found from then on. No search waits for that: `settled` does.
 */
export class Gallery {
  readonly #parts: Parts;
  readonly #report: (problem: string) => void;
  readonly #closing = new AbortController();
  readonly #index: VectorSearch;
  readonly #search: PictureSearch;
  readonly #copies: Copies;
  readonly #backfill: Backfill;
  #starting: Promise<void> | undefined;

  /** Takes over the store: closing the gallery closes it. */
  constructor(store: GalleryStore, inference: Inference, { report, firstPauseMs, tenant }: GalleryOptions = {}) {
    this.#parts = { store, inference };
    this.#report = report ?? (() => undefined);
    this.#index = store.vectorSearch ?? new RemoteIndex(store, inference, this.#closing.signal, tenant);
    this.#search = new PictureSearch(this.#parts, this.#index);
    this.#copies = new Copies(this.#parts, this.#report);
    this.#backfill = new Backfill(this.#parts, { firstPauseMs: firstPauseMs ?? 1_000, report: this.#report });
  }

  /** Opens the gallery in a folder, which is made if it is missing. */
  static async open(folder: string, inference: Inference, options?: GalleryOptions): Promise<Gallery> {
    return new Gallery(await SqliteStore.open(folder), inference, options);
  }

  /**
   * Once the models are loaded, in the background: adds the examples of a folder (the first time only), embeds what
   * has no embedding yet, and brings the worker's index up.
   */
  start(options: { readonly examples?: string } = {}): void {
    this.#starting ??= this.#start(options).catch(this.#reportFailure);
  }

  /** Resolves when nothing is under way in the background. */
  async settled(): Promise<void> {
    await this.#starting;
    await this.#backfill.settled();
  }

  /**
   * Adds the pictures, in order, and embeds them. If one cannot be decoded, none is added and the error names it. A
   * picture that is there already is given the new caption, if there is one. After a cancellation those that were
   * already kept stay.
   */
  async add(
    pictures: readonly PictureToAdd[],
    { signal, inference }: { readonly signal?: AbortSignal | undefined; readonly inference?: Inference } = {},
  ): Promise<readonly Picture[]> {
    const parts = seenBy(inference, this.#parts);
    const rows = await keepPictures(parts, pictures, signal);
    const isComplete = await embedPictures(parts, rows, signal);
    if (!isComplete) this.#backfill.kick();
    return rows;
  }

  /** Removes the pictures; resolves to those ids that were there. */
  remove(ids: readonly string[]): Promise<readonly string[]> {
    return this.#parts.store.remove(ids);
  }

  async get(id: string): Promise<Picture | undefined> {
    return (await this.#parts.store.get([id]))[0];
  }

  /** One for each id, in the same order. */
  getMany(ids: readonly string[]): Promise<readonly (Picture | undefined)[]> {
    return this.#parts.store.get(ids);
  }

  /** Newest first; what is added or removed meanwhile neither repeats nor hides the others. */
  async page({ first, after }: { readonly first: number; readonly after?: string | undefined }): Promise<PicturePage> {
    requireCount("first", first, maxFirst);
    const before = after === undefined ? undefined : rowOfCursor(after);
    const rows = await this.#parts.store.page({ before, limit: first + 1 });
    return {
      edges: rows.slice(0, first).map((picture) => ({ cursor: pictureCursor(picture.row), picture })),
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== undefined,
      totalCount: await this.#parts.store.count(),
    };
  }

  /** NOT_FOUND if there is no such picture. */
  async pictureFile(id: string): Promise<PictureFile> {
    const picture = await pictureWithId(this.#parts.store, id);
    return { file: await this.#parts.store.file(picture), sha256: picture.id, format: picture.format };
  }

  /** A smaller copy of a picture that is there, as the bytes of a WebP file; OVERLOADED where too many wait for others. */
  copy(key: CopyKey, asker: Asker): Promise<Uint8Array> {
    return this.#copies.get(key, asker);
  }

  searchByText(search: TextSearch): Promise<HitPage> {
    return this.#search.byText(search);
  }

  searchByImage(search: ImageSearch): Promise<HitPage> {
    return this.#search.byImage(search);
  }

  rankTexts(ranking: TextRanking): Promise<readonly TextHit[]> {
    return rankTexts(this.#parts, ranking);
  }

  /** Ends the background work and closes the store; what is committed is kept. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#backfill.stop();
    await this.#parts.store.close();
  }

  async #start({ examples }: { readonly examples?: string }): Promise<void> {
    const { store, inference } = this.#parts;
    await inference.ready();
    if (this.#closing.signal.aborted) return;
    const { signal } = this.#closing;
    if (examples !== undefined) {
      await seedExamples(examples, store, (batch) => this.add(batch, { signal })).catch(this.#reportFailure);
    }
    this.#backfill.kick();
    await this.#backfill.settled();
    for (const model of retrievalModels(inference)) await this.#index.warm(spaceOf(model));
  }

  readonly #reportFailure = (error: unknown): void => {
    if (!this.#closing.signal.aborted) this.#report(error instanceof Error ? error.message : String(error));
  };
}
