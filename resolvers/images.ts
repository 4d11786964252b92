import type { PicturePage } from "../gallery/gallery.ts";
import type { Picture } from "../gallery/store.ts";
import { boundedList, defaults, maxPictures, pageSize } from "./bounds.ts";
import { withinDeadline, type Context } from "./context.ts";
import { encodeGlobalId, imageIdOf } from "./global-id.ts";
import type { ImageInput } from "./picture-reader.ts";
import type { Plan } from "./planning.ts";

export interface ImageToAdd {
  readonly image: ImageInput;
  readonly caption?: string | null | undefined;
}

/** The path under which the server sends a picture's file. */
export function picturePath(picture: Picture): string {
  return `/images/${picture.id}`;
}

/** A page of the gallery, newest first. */
export function pageImages(
  { first, after }: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  { gallery }: Context,
): Promise<PicturePage> {
  return gallery.page({ first: pageSize(first ?? defaults.images), after: after ?? undefined });
}

/** Adds pictures, in order; a picture that is there already takes the new caption. */
export async function addImages(images: readonly ImageToAdd[], context: Context): Promise<readonly Picture[]> {
  boundedList("images", images, maxPictures);
  const pictures = await Promise.all(
    images.map(async ({ image, caption }) => ({
      image: await context.pictures.read(image),
      ...(caption == null ? {} : { caption }),
    })),
  );
  return withinDeadline(context, (signal) => context.gallery.add(pictures, { signal, inference: context.inference }));
}

/** What embeds the pictures that `addImages` adds. */
export const planAddImages: Plan<{ readonly input: { readonly images: readonly ImageToAdd[] } }> = (
  { input },
  { inference },
) => {
  const models = inference.models().filter(({ tasks }) => tasks.includes("EMBED"));
  return models.map(({ name }) => ({ task: { kind: "embedImage", model: name }, times: input.images.length }));
};

/** Removes pictures; answers the global ids of those that were there. */
export async function removeImages(globalIds: readonly string[], { gallery }: Context): Promise<string[]> {
  boundedList("ids", globalIds, maxPictures);
  const removed = await gallery.remove(globalIds.map(imageIdOf));
  return removed.map((id) => encodeGlobalId("Image", id));
}
