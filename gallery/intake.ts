import { readFile } from "node:fs/promises";
import { asFaultOf, InferenceError, type ImageSource } from "../inference/index.ts";
import { type Parts, sha256Of } from "./embed.ts";
import { mapBounded } from "./map-bounded.ts";
import type { NewPicture, PictureRow } from "./store.ts";

export interface PictureToAdd {
  readonly image: ImageSource;
  readonly caption?: string;
}

const inspectionsAtOnce = 4;
const maxCaptionLength = 4_096;

/**
 * Validates all pictures, then keeps them in order. If one is not an image that can be decoded, none is kept, and the
 * error names it. Pictures that are there already are not decoded again.
 */
export async function keepPictures(
  parts: Parts,
  pictures: readonly PictureToAdd[],
  signal: AbortSignal | undefined,
): Promise<readonly PictureRow[]> {
  const inspected = await mapBounded(pictures, { limit: inspectionsAtOnce, signal }, async (picture, stop, index) => {
    try {
      return await inspect(parts, picture, stop);
    } catch (error) {
      throw asFaultOf(`images[${index}]`, error);
    }
  });
  return mapBounded(inspected, { limit: 1, signal }, (picture) => parts.store.add(picture));
}

async function inspect(
  { store, inference }: Parts,
  { image, caption }: PictureToAdd,
  signal: AbortSignal,
): Promise<NewPicture> {
  refuseLongCaption(caption);
  const bytes = "bytes" in image ? image.bytes : await readImage(image.file);
  const [known] = await store.get([sha256Of({ bytes })]);
  const facts = known ?? (await inference.submit({ kind: "inspect", image: { bytes } }, { signal }));
  const { width, height, format } = facts;
  return { bytes, width, height, format, ...(caption === undefined ? {} : { caption }) };
}

async function readImage(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new InferenceError("IMAGE_UNREADABLE", "the image's file cannot be read any more; add it again", { cause });
  }
}

function refuseLongCaption(caption: string | undefined): void {
  if (caption === undefined || caption.length <= maxCaptionLength) return;
  const length = caption.length;
  throw new InferenceError("BAD_USER_INPUT", `the caption has ${length} characters; at most ${maxCaptionLength} fit`);
}
