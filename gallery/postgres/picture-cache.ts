import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { isMissing, writeWhole } from "../../blobs/durable-file.ts";

export interface PictureCacheOptions {
  readonly maxBytes?: number;
  /** A file that somebody asked for is there for so long at least, also if that is more than fits. */
  readonly keptMs?: number;
}

/** What is wanted, and how to get it where it is not here. */
export interface CachedPicture {
  readonly id: string;
  readonly byteSize: number;
  readonly fetch: () => Promise<Uint8Array>;
}

interface Found {
  readonly file: string;
  readonly size: number;
  readonly usedAt: number;
}

/** Files of the blobs that this machine has needed lately, `ab/abcdef…`; those not needed the longest go first. */
export class PictureCache {
  readonly #folder: string;
  readonly #options: Required<PictureCacheOptions>;
  /** By id. */
  readonly #fetching = new Map<string, Promise<string>>();
  #bytes = 0;
  #evicting: Promise<void> | undefined;
  /** Before, too much is here of what somebody needs. */
  #nextEviction = 0;

  private constructor(folder: string, { maxBytes = 2 ** 30, keptMs = 600_000 }: PictureCacheOptions) {
    this.#folder = path.resolve(folder);
    this.#options = { maxBytes, keptMs };
  }

  /** Makes the folder if it is missing; other processes may use it, too. */
  static async open(folder: string, options: PictureCacheOptions = {}): Promise<PictureCache> {
    const cache = new PictureCache(folder, options);
    await mkdir(cache.#incoming(), { recursive: true });
    await cache.#evict();
    return cache;
  }

  /** The path of the picture's file, which is fetched once, whoever waits for it. */
  async file(picture: CachedPicture): Promise<string> {
    const known = this.#fetching.get(picture.id);
    if (known !== undefined) return known;
    const found = this.#findOrFetch(picture).finally(() => this.#fetching.delete(picture.id));
    this.#fetching.set(picture.id, found);
    return found;
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) await rm(this.#path(id), { force: true });
  }

  /** The pictures that are here. */
  async list(): Promise<readonly string[]> {
    return (await this.#found()).map(({ file }) => path.basename(file));
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#fetching.values(), this.#evicting]);
  }

  async #findOrFetch({ id, byteSize, fetch }: CachedPicture): Promise<string> {
    const file = this.#path(id);
    const found = await stat(file).catch(unlessMissing);
    // Another length is what a power cut left of one.
    if (found?.size === byteSize) await utimes(file, new Date(), new Date()).catch(unlessMissing);
    else await this.#write(file, await fetch());
    return file;
  }

  async #write(file: string, bytes: Uint8Array): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true });
    await writeWhole({ file, temporary: path.join(this.#incoming(), randomUUID()), bytes });
    this.#bytes += bytes.byteLength;
    if (this.#bytes > this.#options.maxBytes && Date.now() >= this.#nextEviction) {
      this.#evicting ??= this.#evict().finally(() => (this.#evicting = undefined));
    }
  }

  /** Makes room for a tenth more than there must be, so that it is not done for each picture. */
  async #evict(): Promise<void> {
    const { maxBytes, keptMs } = this.#options;
    const found = (await this.#found()).sort((a, b) => a.usedAt - b.usedAt);
    let bytes = found.reduce((sum, { size }) => sum + size, 0);
    const unused = bytes > maxBytes ? found.filter(({ usedAt }) => usedAt < Date.now() - keptMs) : [];
    for (const { file, size } of unused) {
      if (bytes <= maxBytes * 0.9) break;
      await rm(file, { force: true });
      bytes -= size;
    }
    this.#bytes = bytes;
    this.#nextEviction = bytes > maxBytes ? Date.now() + keptMs / 10 : 0;
  }

  async #found(): Promise<Found[]> {
    const folders = (await readdir(this.#folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
    const names = await Promise.all(folders.map((folder) => readdir(path.join(this.#folder, folder))));
    const files = names.flatMap((some, i) => some.map((name) => path.join(this.#folder, folders[i]!, name)));
    const found = files.map(async (file): Promise<Found[]> => {
      const facts = await stat(file).catch(unlessMissing);
      return facts === undefined ? [] : [{ file, size: facts.size, usedAt: facts.mtimeMs }];
    });
    return (await Promise.all(found)).flat();
  }

  #path(id: string): string {
    return path.join(this.#folder, id.slice(0, 2), id);
  }

  #incoming(): string {
    return path.join(this.#folder, "incoming");
  }
}

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
