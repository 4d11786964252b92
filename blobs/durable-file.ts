import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";

/** What a write needs to know. */
export interface DurableWrite {
  readonly file: string;
  /** In a folder of the same file system; not there yet. */
  readonly temporary: string;
  readonly bytes: Uint8Array;
}

/** Writes the file as a whole: under its name there is all of it or nothing. Survives a power cut after `flushFolder`. */
export async function writeWhole({ file, temporary, bytes }: DurableWrite): Promise<void> {
  try {
    await writeFlushed(temporary, bytes);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeFlushed(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new folder's own entry must be as durable as the files that it will hold. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = path.dirname(made)) await flushFolder(path.dirname(made));
}

/** Makes the names in a folder durable. Windows cannot flush a folder, and does not need to. */
export async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether an error says that a file is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
