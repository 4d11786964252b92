import type { PicturePage } from "../gallery/gallery.ts";
import { copyWidths } from "../gallery/limits.ts";
import type { Picture } from "../gallery/store.ts";
import { asFaultOf, InferenceError, type ImageSource } from "../inference/index.ts";
import { boundedList, bounds, defaults, pageSize } from "./bounds.ts";
import { withinDeadline, type Context } from "./context.ts";
import { encodeGlobalId, imageIdOf } from "./global-id.ts";
import { requirePermission } from "./permission.ts";
import type { ImageInput } from "./picture-reader.ts";
import type { Plan } from "./planning.ts";

export interface ImageToAdd {
  readonly image: ImageInput;
  readonly caption?: string | null | undefined;
}

/** The path under which the server sends a picture's file, or a copy of it that is about as wide. */
export function picturePath(picture: Picture, width: number | null | undefined): string {
  const path = `/images/${picture.id}`;
  return width == null ? path : `${path}?width=${copyWidth(width)}`;
}

/** The next larger of the widths in which copies are made, or the largest of them. */
function copyWidth(width: number): number {
  if (width < 1) throw new InferenceError("BAD_USER_INPUT", `width is ${width}; it must be at least 1.`);
  return copyWidths.find((each) => each >= width) ?? copyWidths.at(-1)!;
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
  requirePermission("changeGallery", context);
  boundedList("images", images, bounds.pictures.max);
  const pictures = await Promise.all(
    images.map(async ({ image, caption }, i) => ({
      image: await readOne(`images[${i}]`, image, context),
      ...(caption == null ? {} : { caption }),
    })),
  );
  return withinDeadline(context, (signal) => context.gallery.add(pictures, { signal, inference: context.inference }));
}

async function readOne(argument: string, image: ImageInput, { pictures }: Context): Promise<ImageSource> {
  try {
    return await pictures.read(image);
  } catch (error) {
    throw asFaultOf(argument, error);
  }
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
export async function removeImages(globalIds: readonly string[], context: Context): Promise<string[]> {
  requirePermission("changeGallery", context);
  boundedList("ids", globalIds, bounds.pictures.max);
  const removed = await context.gallery.remove(globalIds.map(imageIdOf));
  return removed.map((id) => encodeGlobalId("Image", id));
}
