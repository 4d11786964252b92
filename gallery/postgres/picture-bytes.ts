import path from "node:path";
import type { BlobStore } from "../../blobs/blob-store.ts";
import { InferenceError } from "../../inference/index.ts";
import type { Sql, Statements } from "../../postgres/sql.ts";
import { CopyFiles } from "../copy-files.ts";
import type { Picture } from "../store.ts";
import { abandoned, lockBlobs, noteLoose, removeLoose } from "./loose-blobs.ts";
import { PictureCache } from "./picture-cache.ts";

export interface PictureBytesParts {
  readonly sql: Sql;
  readonly blobs: BlobStore;
  /** For files that this machine can do without. */
  readonly folder: string;
  /** Told of what goes wrong without anybody asking. */
  readonly report: (problem: string) => void;
}

/** What names a picture's bytes. */
type BytesKey = Pick<Picture, "id" | "byteSize">;

/** The bytes of a gallery's pictures: blobs, files of those that this machine has needed, and smaller copies. */
export class PictureBytes {
  readonly #parts: PictureBytesParts;
  readonly #cache: PictureCache;
  readonly copies: CopyFiles;

  private constructor(parts: PictureBytesParts, cache: PictureCache, copies: CopyFiles) {
    this.#parts = parts;
    this.#cache = cache;
    this.copies = copies;
  }

  /** Makes the folder if it is missing. */
  static async open(parts: PictureBytesParts): Promise<PictureBytes> {
    const copies = await CopyFiles.open(path.join(parts.folder, "copies"));
    return new PictureBytes(parts, await PictureCache.open(path.join(parts.folder, "pictures")), copies);
  }

  /** Keeps the bytes of a picture whose row is not committed yet: if it never is, they go later. */
  async put(id: string, bytes: Uint8Array): Promise<void> {
    await noteLoose(this.#parts.sql, [id]);
    await this.#parts.blobs.put(bytes);
  }

  /** Whether the bytes are there, and stay there until the transaction ends. */
  async areKept(transaction: Statements, id: string): Promise<boolean> {
    await lockBlobs(transaction, [id]);
    return this.#parts.blobs.has(id);
  }

  /** A file with the picture's bytes; IMAGE_UNREADABLE if they are lost. */
  file({ id, byteSize }: BytesKey): Promise<string> {
    return this.#cache.file({ id, byteSize, fetch: () => this.#fetch(id) });
  }

  /** Has a file of a picture that will be read next, and need not be fetched for that. */
  async haveFile({ id, byteSize }: BytesKey, bytes: Uint8Array): Promise<void> {
    try {
      await this.#cache.file({ id, byteSize, fetch: () => Promise.resolve(bytes) });
    } catch (error) {
      this.#report("a picture cannot be kept on this machine", error);
    }
  }

  /** Removes the bytes of pictures that are gone, unless another gallery has them; what cannot go now goes later. */
  async remove(ids: readonly string[]): Promise<void> {
    const { sql, blobs } = this.#parts;
    await this.#removeFiles(ids);
    try {
      await removeLoose(sql, blobs, [...ids, ...(await abandoned(sql))]);
    } catch (error) {
      this.#report("bytes of removed pictures stay for now", error);
    }
  }

  /** Removes what a crash left, and files of pictures that others have removed. */
  async sweep(known: (ids: readonly string[]) => Promise<readonly unknown[]>): Promise<void> {
    await this.copies.sweepIncoming();
    const ids = [...new Set([...(await this.copies.list()), ...(await this.#cache.list())])];
    const rows = await known(ids);
    await this.#removeFiles(ids.filter((_, i) => rows[i] === undefined));
    await this.remove([]);
  }

  /** Waits for what is being fetched; the store of blobs stays open. */
  close(): Promise<void> {
    return this.#cache.close();
  }

  async #removeFiles(ids: readonly string[]): Promise<void> {
    this.copies.removeSync(ids);
    await this.#cache.remove(ids);
  }

  async #fetch(id: string): Promise<Uint8Array> {
    const bytes = await this.#parts.blobs.get(id);
    if (bytes !== undefined) return bytes;
    throw new InferenceError("IMAGE_UNREADABLE", "the picture's bytes are not there any more; add it again");
  }

  #report(problem: string, error: unknown): void {
    this.#parts.report(`${problem}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
