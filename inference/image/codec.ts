import sharp, { type Sharp, type SharpOptions } from "sharp";

/**
 * Opens encoded bytes with sharp under rules that hold for the whole process: every loader is off but those of the five
 * accepted formats (SVG, TIFF, PDF and ImageMagick stay unreachable whatever the bytes claim), nothing is cached, and
 * one picture takes one thread.
 */
export function openImage(bytes: Uint8Array, options: SharpOptions): Sharp {
  return sharp(bytes, { ...OPENING, ...options });
}

const OPENING: SharpOptions = {
  // An animation stands for its first frame.
  pages: 1,
  // The pixels as stored, as Pillow reads them: embedded profiles are not applied.
  ignoreIcc: true,
  autoOrient: true,
  // Anything that loses pixels is refused; libjpeg's mere warnings are not.
  failOn: "error",
};

const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif", "Heif"];

sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: LOADERS.map((name) => `VipsForeignLoad${name}`) });
sharp.cache(false);
sharp.concurrency(1);
