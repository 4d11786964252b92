import { createHash } from "node:crypto";
import { onTestFinished } from "vitest";
import { Gallery, type GalleryOptions } from "../../gallery/gallery.ts";
import type { HitPage, TextSearch } from "../../gallery/picture-search.ts";
import { type FakeInference, picture } from "./fake-inference.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export const words = ["cat", "dog", "bird", "fish", "boat", "car", "tree", "house", "ball", "hat"];

export function idOf(seen: string): string {
  return createHash("sha256").update(picture(seen)).digest("hex");
}

/** Closed when the test ends. */
export async function open(
  inference: FakeInference,
  { folder, ...options }: GalleryOptions & { readonly folder?: string } = {},
): Promise<Gallery> {
  const gallery = await Gallery.open(folder ?? (await temporaryFolder()), inference, { firstPauseMs: 1, ...options });
  onTestFinished(() => gallery.close());
  return gallery;
}

/** A gallery of pictures, captioned by what they show. */
export async function galleryOf(inference: FakeInference, ...seen: readonly string[]): Promise<Gallery> {
  const gallery = await open(inference);
  await gallery.add(seen.map((each) => ({ image: { bytes: picture(each) }, caption: each })));
  return gallery;
}

export async function add(gallery: Gallery, ...seen: readonly string[]): Promise<readonly string[]> {
  const added = await gallery.add(seen.map((each) => ({ image: { bytes: picture(each) } })));
  return added.map(({ id }) => id);
}

export function search(gallery: Gallery, text: string, changes: Partial<TextSearch> = {}): Promise<HitPage> {
  return gallery.searchByText({ model: "blip", text, first: 100, rerank: 0, ...changes });
}

/** The ids of all pictures, those most like the text first. */
export async function found(gallery: Gallery, text: string): Promise<readonly string[]> {
  const { hits } = await search(gallery, text);
  return hits.map((hit) => hit.picture.id);
}

export function captions({ hits }: HitPage): readonly (string | undefined)[] {
  return hits.map((hit) => hit.picture.caption);
}
