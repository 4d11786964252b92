import { readFile } from "node:fs/promises";
import path from "node:path";
import { InferenceError } from "../inference/index.ts";
import type { GalleryStore } from "./store.ts";
import type { PictureToAdd } from "./intake.ts";

/** Set once the examples are in, so that those that somebody removes stay away. */
export const exampleMarker = "examples";
const picturesAtOnce = 16;

/**
 * Adds the pictures that `captions.json` in the folder lists (`{"file.png": "caption", …}`, or an object with a
 * `caption`), in its order, the first time only. An interrupted seeding starts over, which adds nothing twice.
 * Throws the first failure, BAD_USER_INPUT for a folder that cannot be read.
 */
export async function seedExamples(
  folder: string,
  store: GalleryStore,
  add: (pictures: readonly PictureToAdd[]) => Promise<unknown>,
): Promise<void> {
  if (await store.isMarked(exampleMarker)) return;
  const captions = await readCaptions(path.join(folder, "captions.json"));
  for (let start = 0; start < captions.length; start += picturesAtOnce) {
    const batch = captions.slice(start, start + picturesAtOnce);
    await add(await Promise.all(batch.map(([file, caption]) => readExample(folder, file, caption))));
  }
  await store.mark(exampleMarker);
}

async function readExample(folder: string, file: string, caption: string): Promise<PictureToAdd> {
  if (path.basename(file) !== file) throw unusable(`captions.json names ${file}, which is not a plain file name`);
  try {
    return { image: { bytes: await readFile(path.join(folder, file)) }, caption };
  } catch (cause) {
    throw unusable(`captions.json names ${file}, which cannot be read`, cause);
  }
}

async function readCaptions(file: string): Promise<readonly (readonly [string, string])[]> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, "utf8"));
    return Object.entries(parsed as Record<string, unknown>).map(([name, entry]) => [name, captionOf(name, entry)]);
  } catch (cause) {
    if (cause instanceof InferenceError) throw cause;
    throw unusable(`${file} is missing or is not a JSON object of captions`, cause);
  }
}

function captionOf(name: string, entry: unknown): string {
  if (typeof entry === "string") return entry;
  if (typeof entry === "object" && entry !== null && "caption" in entry && typeof entry.caption === "string") {
    return entry.caption;
  }
  throw unusable(`captions.json has no caption for ${name}`);
}

function unusable(problem: string, cause?: unknown): InferenceError {
  return new InferenceError("BAD_USER_INPUT", problem, { cause });
}
