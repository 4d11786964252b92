import type { Sharp } from "sharp";
import { cmykToRgb } from "./cmyk.ts";
import { openImage } from "./codec.ts";
import { DEFAULT_IMAGE_LIMITS, readHeader, type ImageHeader, type ImageLimits } from "./header.ts";
import type { RgbImage } from "./rgb-image.ts";
import { unreadable } from "./unreadable.ts";

const DECODE_TIMEOUT_S = 10;

/**
 * Decodes a picture to upright 8-bit RGB, the bytes that Pillow gives for
 * `ImageOps.exif_transpose(Image.open(file)).convert("RGB")`: embedded profiles are ignored, alpha is dropped without
 * compositing, grey and palettes are expanded, CMYK goes by Pillow's formula, of 16 bits the upper 8 stay, and an
 * animation gives its first frame.
 *
 * It differs from Pillow in three places: 16-bit grey keeps its upper 8 bits where Pillow clips nearly all of it to
 * white; a GIF's transparent pixels are black; AVIF's chroma is enlarged by another filter (a few levels).
 *
 * Throws IMAGE_UNREADABLE (no picture, damaged, cut off, or not decoded within 10 s) and IMAGE_TOO_LARGE.
 */
export async function decodeImage(bytes: Uint8Array, limits: ImageLimits = DEFAULT_IMAGE_LIMITS): Promise<RgbImage> {
  const header = await readHeader(bytes, limits);
  const image = openImage(bytes, { limitInputPixels: limits.maxPixels });
  const { data, info } = await storedPixels(image, header)
    .raw({ depth: "uchar" })
    .timeout({ seconds: DECODE_TIMEOUT_S })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw unreadable(header.format, error);
    });
  return {
    width: info.width,
    height: info.height,
    data: header.colours === "cmyk" ? cmykToRgb(data) : new Uint8Array(data.buffer, data.byteOffset, data.length),
    format: header.format,
  };
}

/** RGB, or for CMYK the four inks as they are: libvips would convert them by a profile, Pillow does not. */
function storedPixels(image: Sharp, header: ImageHeader): Sharp {
  if (header.colours === "cmyk") return image.pipelineColourspace("cmyk").toColourspace("cmyk");
  return image.removeAlpha().toColourspace("srgb");
}
