import { openImage } from "./codec.ts";
import { DEFAULT_IMAGE_LIMITS, readHeader, type ImageLimits } from "./header.ts";
import { unreadable } from "./unreadable.ts";

const TIMEOUT_S = 10;
const QUALITY = 80;

/**
 * A copy of a picture for people to look at, as WebP: upright, no wider and no higher than `side` pixels, never enlarged,
 * in sRGB, transparent where the picture is, and without what else its file tells. An animation gives its first frame.
 *
 * Throws IMAGE_UNREADABLE and IMAGE_TOO_LARGE, as decoding does.
 */
export async function shrinkImage(
  bytes: Uint8Array,
  side: number,
  limits: ImageLimits = DEFAULT_IMAGE_LIMITS,
): Promise<Uint8Array> {
  const { format } = await readHeader(bytes, limits);
  // The networks see the pixels as stored; people are to see the colours that were meant.
  const data = await openImage(bytes, { limitInputPixels: limits.maxPixels, ignoreIcc: false })
    .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
    .webp({ quality: QUALITY })
    .timeout({ seconds: TIMEOUT_S })
    .toBuffer()
    .catch((error: unknown) => {
      throw unreadable(format, error);
    });
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}
