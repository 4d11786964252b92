import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { CheckpointError, reason } from "./checkpoint-error.ts";

/** An open weight file, read by position. */
export interface WeightFile {
  /** As the caller spelled it, for messages. */
  readonly path: string;
  readonly realPath: string;
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`; throws a CheckpointError where the file has fewer. */
  read(offset: number, length: number): Uint8Array;
}

/** Lends an open file to `use` and closes it after. Throws a CheckpointError where the file can't be opened or isn't one. */
export function withWeightFile<T>(path: string, use: (file: WeightFile) => T): T {
  const realPath = resolve(path);
  const descriptor = attempt(path, "can't be opened", () => openSync(realPath, "r"));
  try {
    const { size } = fstatSync(descriptor);
    const file = {
      path,
      realPath,
      size,
      read: (offset: number, length: number) => read(file, descriptor, offset, length),
    };
    refuseLfsPointer(file);
    return use(file);
  } finally {
    closeSync(descriptor);
  }
}

/** Asked before opening: opening a named pipe would wait for a writer. */
function resolve(path: string): string {
  const stats = attempt(path, "can't be opened", () => statSync(path));
  if (!stats.isFile()) throw new CheckpointError(path, "is not a regular file");
  return attempt(path, "can't be resolved", () => realpathSync(path));
}

/** One call of the system reads at most 2 GiB. */
const MAX_READ_BYTES = 2 ** 30;

function read(file: { path: string; size: number }, descriptor: number, offset: number, length: number): Uint8Array {
  if (offset + length > file.size) throw tooShort(file.path, { size: file.size, wanted: offset + length });
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const part = Math.min(length - done, MAX_READ_BYTES);
    const got = attempt(file.path, "can't be read", () => readSync(descriptor, bytes, done, part, offset + done));
    if (got === 0) throw tooShort(file.path, { size: offset + done, wanted: offset + length });
    done += got;
  }
  return bytes;
}

function tooShort(path: string, { size, wanted }: { size: number; wanted: number }): CheckpointError {
  return new CheckpointError(path, `ends after ${size} bytes where at least ${wanted} were expected`);
}

/** What a clone without Git LFS leaves in place of a large file. */
const LFS_POINTER = "version https://git-lfs";

function refuseLfsPointer(file: WeightFile): void {
  const head = new TextDecoder().decode(file.read(0, Math.min(file.size, LFS_POINTER.length)));
  if (head === LFS_POINTER) {
    throw new CheckpointError(file.path, "is a Git LFS pointer, not the weights; fetch them with `git lfs pull`");
  }
}

function attempt<T>(path: string, problem: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new CheckpointError(path, `${problem}: ${reason(cause)}`, { cause });
  }
}
