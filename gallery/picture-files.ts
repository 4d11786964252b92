import { randomUUID } from "node:crypto";
import { existsSync, unlinkSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { flushFolder, isMissing, makeFolder, writeWhole } from "../blobs/durable-file.ts";
import type { PictureFormat } from "./store.ts";

/** What names a picture's file. */
export interface FileKey {
  readonly id: string;
  readonly format: PictureFormat;
}

/** A file of the folder, found by listing it. */
export interface FoundFile {
  readonly id: string;
  readonly file: string;
}

const fileName = /^([0-9a-f]{64})\.[a-z]+$/;
const maxAttempts = 5;

/**
 * Pictures as files named by their content, `ab/abcdef….png`. A file under its name is whole and durable: it is
 * written under a temporary name, flushed, renamed, and the folder is flushed too.
 */
export class PictureFiles {
  readonly #folder: string;
  readonly #incoming: string;

  private constructor(folder: string) {
    this.#folder = path.resolve(folder);
    this.#incoming = path.join(this.#folder, "incoming");
  }

  /** Makes the folder if it is missing. */
  static async open(folder: string): Promise<PictureFiles> {
    const files = new PictureFiles(folder);
    await makeFolder(files.#folder);
    await makeFolder(files.#incoming);
    return files;
  }

  /** The absolute path of the picture's file. */
  path({ id, format }: FileKey): string {
    return path.join(this.#folder, id.slice(0, 2), `${id}.${format}`);
  }

  has(key: FileKey): boolean {
    return existsSync(this.path(key));
  }

  /** Resolves once the picture would survive a power cut. Another process that starts may sweep it away: check after. */
  async write(key: FileKey, bytes: Uint8Array): Promise<void> {
    const file = this.path(key);
    await makeFolder(path.dirname(file));
    await this.#writeAndRename(file, bytes);
    await flushFolder(path.dirname(file));
  }

  /** Removes a file at once, without flushing: one that comes back after a power cut is swept. */
  removeSync(file: string): void {
    try {
      unlinkSync(file);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** Every picture file, whether or not the store knows it. */
  async list(): Promise<readonly FoundFile[]> {
    const folders = (await readdir(this.#folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
    const found: FoundFile[] = [];
    for (const folder of folders) {
      const names = await readdir(path.join(this.#folder, folder));
      found.push(...names.flatMap((name) => foundFile(path.join(this.#folder, folder), name)));
    }
    return found;
  }

  /** Removes what interrupted writes left behind; a write that goes on in another process starts over. */
  async sweepIncoming(): Promise<void> {
    for (const name of await readdir(this.#incoming)) await rm(path.join(this.#incoming, name), { force: true });
  }

  async #writeAndRename(file: string, bytes: Uint8Array): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await writeWhole({ file, temporary: path.join(this.#incoming, randomUUID()), bytes });
        return;
      } catch (error) {
        if (!isMissing(error) || attempt === maxAttempts) throw error;
      }
    }
  }
}

function foundFile(folder: string, name: string): readonly FoundFile[] {
  const id = fileName.exec(name)?.[1];
  return id === undefined ? [] : [{ id, file: path.join(folder, name) }];
}
