import { newId } from "../new-id.ts";

/** Pictures to search with that are no part of the gallery: this page has them, for as long as it is open. */
const files = new Map<string, File>();

/** Keeps the file, and names it for addresses. */
export function keepDropped(file: File): string {
  const key = newId();
  files.set(key, file);
  return key;
}

export function droppedPicture(key: string): File | undefined {
  return files.get(key);
}
