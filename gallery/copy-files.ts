import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { copyWidths, type CopyWidth } from "./limits.ts";

/** What names a copy: the picture's id, and the most pixels of its sides. */
export interface CopyKey {
  readonly id: string;
  readonly width: CopyWidth;
}

const fileName = /^([0-9a-f]{64})-\d+\.webp$/;

/**
 * Smaller copies of pictures as files, `ab/abcdef…-320.webp`. They can be made again, so nothing is flushed: what a power
 * cut left incomplete is not taken for a copy.
 */
export class CopyFiles {
  readonly #folder: string;
  readonly #incoming: string;

  private constructor(folder: string) {
    this.#folder = path.resolve(folder);
    this.#incoming = path.join(this.#folder, "incoming");
  }

  /** Makes the folder if it is missing. */
  static async open(folder: string): Promise<CopyFiles> {
    const files = new CopyFiles(folder);
    await mkdir(files.#incoming, { recursive: true });
    return files;
  }

  /** The whole file; undefined where there is none. */
  async read(key: CopyKey): Promise<Uint8Array | undefined> {
    const bytes = await readFile(this.#path(key)).catch(unlessMissing);
    return bytes !== undefined && isWhole(bytes) ? bytes : undefined;
  }

  async write(key: CopyKey, bytes: Uint8Array): Promise<void> {
    const temporary = path.join(this.#incoming, randomUUID());
    await mkdir(path.dirname(this.#path(key)), { recursive: true });
    try {
      await writeFile(temporary, bytes);
      await rename(temporary, this.#path(key));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Removes all copies of the pictures. */
  removeSync(ids: readonly string[]): void {
    for (const id of ids) for (const width of copyWidths) rmSync(this.#path({ id, width }), { force: true });
  }

  /** The pictures that there are copies of. */
  async list(): Promise<readonly string[]> {
    const folders = (await readdir(this.#folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
    const names = await Promise.all(folders.map((folder) => readdir(path.join(this.#folder, folder))));
    return [...new Set(names.flat().flatMap((name) => fileName.exec(name)?.[1] ?? []))];
  }

  /** Removes what interrupted writes left behind; one that goes on in another process fails. */
  async sweepIncoming(): Promise<void> {
    for (const name of await readdir(this.#incoming)) await rm(path.join(this.#incoming, name), { force: true });
  }

  #path({ id, width }: CopyKey): string {
    return path.join(this.#folder, id.slice(0, 2), `${id}-${width}.webp`);
  }
}

/** A WebP file says how long it is: "RIFF", the bytes from the 9th on as 32 bits, "WEBP". */
function isWhole(bytes: Buffer): boolean {
  if (bytes.length < 12 || bytes.toString("latin1", 0, 4) !== "RIFF") return false;
  return bytes.readUInt32LE(4) + 8 === bytes.length && bytes.toString("latin1", 8, 12) === "WEBP";
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
