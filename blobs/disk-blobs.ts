import { randomUUID } from "node:crypto";
import { readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { BlobError, type BlobStore, maxBlobBytes } from "./blob-store.ts";
import { explained } from "./explained.ts";
import { flushFolder, isMissing, makeFolder, writeWhole } from "./durable-file.ts";
import { checkedBytes, checkedName, nameOf } from "./name.ts";

/** A write that has gone on for longer was interrupted. */
const maxWriteMs = 86_400_000;

/** Blobs as files of a folder, `ab/abcdef…`: of this machine, or one that several machines share. */
export class DiskBlobs implements BlobStore {
  readonly #folder: string;
  readonly #incoming: string;

  private constructor(folder: string) {
    this.#folder = path.resolve(folder);
    this.#incoming = path.join(this.#folder, "incoming");
  }

  /** Makes the folder if it is missing, and removes what interrupted writes left. */
  static open(folder: string): Promise<DiskBlobs> {
    return inPlace(async () => {
      const blobs = new DiskBlobs(folder);
      await makeFolder(blobs.#incoming);
      await blobs.#sweepIncoming();
      return blobs;
    });
  }

  put(bytes: Uint8Array): Promise<string> {
    return inPlace(async () => {
      const sha256 = nameOf(bytes);
      const file = this.#path(sha256);
      await makeFolder(path.dirname(file));
      const temporary = path.join(this.#incoming, randomUUID());
      if ((await sizeOf(file)) !== bytes.byteLength) await writeWhole({ file, temporary, bytes });
      // Also for one that was there: whoever wrote it may not have come to that yet.
      await flushFolder(path.dirname(file));
      return sha256;
    });
  }

  get(sha256: string): Promise<Uint8Array | undefined> {
    return inPlace(async () => {
      const file = this.#path(sha256);
      const size = await sizeOf(file);
      if (size === undefined) return undefined;
      if (size > maxBlobBytes) throw new BlobError("corrupt", `the blob ${sha256} has grown to ${size} bytes`);
      const bytes = await readFile(file).catch(unlessMissing);
      return bytes && checkedBytes(sha256, bytes);
    });
  }

  has(sha256: string): Promise<boolean> {
    return inPlace(async () => (await sizeOf(this.#path(sha256))) !== undefined);
  }

  remove(sha256s: readonly string[]): Promise<void> {
    return inPlace(async () => {
      for (const file of sha256s.map((sha256) => this.#path(sha256))) await rm(file, { force: true });
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #sweepIncoming(): Promise<void> {
    for (const name of await readdir(this.#incoming)) {
      const file = path.join(this.#incoming, name);
      const written = await stat(file).catch(unlessMissing);
      if (written && Date.now() - written.mtimeMs > maxWriteMs) await rm(file, { force: true });
    }
  }

  #path(sha256: string): string {
    return path.join(this.#folder, checkedName(sha256).slice(0, 2), sha256);
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(unlessMissing))?.size;
}

function unlessMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

function inPlace<T>(work: () => Promise<T>): Promise<T> {
  return explained(work, (cause, reason) => {
    return new BlobError("failed", `the folder of blobs cannot be used: ${reason}`, { cause });
  });
}
