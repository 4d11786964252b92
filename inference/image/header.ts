import { InferenceError } from "../errors.ts";
import { openImage } from "./codec.ts";
import { sniffFormat } from "./format.ts";
import type { ImageFormat } from "./rgb-image.ts";
import { unreadable } from "./unreadable.ts";

/** The largest picture that is decoded. */
export interface ImageLimits {
  readonly maxPixels: number;
  /** Longest width and longest height, in pixels. */
  readonly maxSide: number;
}

export const DEFAULT_IMAGE_LIMITS: ImageLimits = { maxPixels: 50_000_000, maxSide: 16_384 };

/** What a picture says of itself before any pixel is decoded. */
export interface ImageHeader {
  readonly format: ImageFormat;
  /** As stored: before the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly colours: "rgb" | "cmyk";
}

/**
 * Reads the header of a picture that may be decoded.
 * Throws IMAGE_UNREADABLE when it is none, and IMAGE_TOO_LARGE, before any pixel is decoded, beyond `limits`.
 */
export async function readHeader(bytes: Uint8Array, limits: ImageLimits): Promise<ImageHeader> {
  const format = sniffFormat(bytes);
  const { width, height, space } = await openImage(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw unreadable(format, error);
    });
  checkSize(width, height, limits);
  return { format, width, height, colours: space === "cmyk" ? "cmyk" : "rgb" };
}

function checkSize(width: number, height: number, limits: ImageLimits): void {
  if (width <= limits.maxSide && height <= limits.maxSide && width * height <= limits.maxPixels) return;
  throw new InferenceError(
    "IMAGE_TOO_LARGE",
    `The picture has ${width} × ${height} pixels (${megapixels(width * height)}); ` +
      `accepted are up to ${megapixels(limits.maxPixels)} and ${limits.maxSide} pixels a side.`,
  );
}

function megapixels(pixels: number): string {
  return `${Number((pixels / 1e6).toPrecision(3))} megapixels`;
}
