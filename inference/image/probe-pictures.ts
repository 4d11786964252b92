import sharp from "sharp";
import { openImage } from "./codec.ts";

/** The versions of what decodes pictures. */
export interface PicturesProbe {
  readonly sharp: string;
  readonly vips: string;
}

/** Loads sharp, encodes a picture and decodes it; throws what keeps it from that. */
export async function probePictures(): Promise<PicturesProbe> {
  const black = { create: { width: 2, height: 2, channels: 3, background: "black" } } as const;
  const png = await sharp(black).png().toBuffer();
  const { info } = await openImage(png, {}).raw().toBuffer({ resolveWithObject: true });
  if (info.width !== 2) throw new Error(`a picture of two pixels' width has ${info.width}`);
  return { sharp: sharp.versions.sharp, vips: sharp.versions.vips };
}
