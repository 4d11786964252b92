import { isPicture } from "../picture/files.ts";
import type { NamedFile } from "./uploads.ts";

export interface GivenFiles {
  readonly pictures: readonly NamedFile[];
  /** Paths of the others. */
  readonly skipped: readonly string[];
}

/** Files that were picked, alone or with their folder. */
export function pickedFiles(files: Iterable<File>): GivenFiles {
  return sorted([...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/** What is dropped, with all that lies in dropped folders. To be called while the drop is handled: later it is empty. */
export async function droppedFiles({ items, files }: DataTransfer): Promise<GivenFiles> {
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return pickedFiles(files);
  return sorted((await Promise.all(entries.map(filesIn))).flat());
}

/** Whether a folder is among what is dropped. */
export function hasFolder({ items }: DataTransfer): boolean {
  return [...items].some((item) => item.webkitGetAsEntry()?.isDirectory);
}

/** A file that was found; without what is in it where that cannot be read. */
interface Found {
  readonly path: string;
  readonly file: File | undefined;
}

function sorted(files: readonly Found[]): GivenFiles {
  const pictures = files.filter(isPictureFile);
  return { pictures, skipped: files.filter((each) => !isPictureFile(each)).map(({ path }) => path) };
}

function isPictureFile(found: Found): found is NamedFile {
  return found.file !== undefined && isPicture(found.file);
}

async function filesIn(entry: FileSystemEntry): Promise<readonly Found[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) return [{ path, file: await fileOf(entry as FileSystemFileEntry) }];
  const entries = await entriesOf((entry as FileSystemDirectoryEntry).createReader());
  return entries === undefined ? [{ path, file: undefined }] : (await Promise.all(entries.map(filesIn))).flat();
}

function fileOf(entry: FileSystemFileEntry): Promise<File | undefined> {
  return new Promise((resolve) => entry.file(resolve, () => resolve(undefined)));
}

/** What lies in a folder, of which browsers give a hundred at once; undefined where it cannot be read. */
async function entriesOf(reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[] | undefined> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<readonly FileSystemEntry[] | undefined>((resolve) =>
      reader.readEntries(resolve, () => resolve(undefined)),
    );
    if (some === undefined || some.length === 0) return some && all;
    all.push(...some);
  }
}
