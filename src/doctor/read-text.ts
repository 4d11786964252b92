import { readFileSync } from "node:fs";

/** A small file's text; undefined where there is none, or it may not be read. */
export type ReadText = (path: string) => string | undefined;

export const readText: ReadText = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};
