/** The encodings that a picture may arrive in. */
export type ImageFormat = "jpeg" | "png" | "webp" | "gif" | "avif";

/** 8-bit RGB pixels, rows from the top, [height, width, 3]. */
export interface RgbPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A decoded picture: upright, three channels, with what it was encoded as. */
export interface RgbImage extends RgbPixels {
  readonly format: ImageFormat;
}
