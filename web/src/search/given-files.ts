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

function sorted(files: readonly NamedFile[]): GivenFiles {
  const pictures = files.filter(({ file }) => isPicture(file));
  return { pictures, skipped: files.filter(({ file }) => !isPicture(file)).map(({ path }) => path) };
}

async function filesIn(entry: FileSystemEntry): Promise<readonly NamedFile[]> {
  if (entry.isFile) return [{ path: entry.fullPath.slice(1), file: await fileOf(entry as FileSystemFileEntry) }];
  const entries = await entriesOf((entry as FileSystemDirectoryEntry).createReader());
  return (await Promise.all(entries.map(filesIn))).flat();
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** Browsers give a hundred at once, until there are none. */
async function entriesOf(reader: FileSystemDirectoryReader): Promise<readonly FileSystemEntry[]> {
  const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
  return some.length === 0 ? [] : [...some, ...(await entriesOf(reader))];
}
