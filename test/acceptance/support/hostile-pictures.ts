import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { png, unfiltered, type Chunk } from "../../inference/image/png.ts";

const zeros = (length: number): Uint8Array => new Uint8Array(length);

/** A PNG of 20,000 × 20,000 pixels, or rather its header: its one row of pixels is empty. */
export function giantHeader(): Buffer {
  return png({ width: 20_000, height: 20_000, depth: 8, colourType: 2 }, zeros(1));
}

/** A PNG of 8 × 8 whose pixels are followed by 100 MB of zeros, in 100 kB. */
export function pixelBomb(): Buffer {
  return png({ width: 8, height: 8, depth: 8, colourType: 2 }, zeros(100_000_000));
}

/** A PNG of 8 × 8 with a colour profile and a text that inflate to 100 MB each. */
export function metadataBomb(): Buffer {
  const packed = deflateSync(zeros(100_000_000));
  const chunks: Chunk[] = [
    ["iCCP", Buffer.concat([Buffer.from("bomb\0\0", "latin1"), packed])],
    ["zTXt", Buffer.concat([Buffer.from("bomb\0\0", "latin1"), packed])],
  ];
  return png({ width: 8, height: 8, depth: 8, colourType: 2 }, unfiltered(zeros(8 * 24), 24), chunks);
}

/** The most pixels that are taken, all of them black, in 150 kB. */
export async function blackDesert(): Promise<Buffer> {
  return sharp({ create: { width: 7_000, height: 7_000, channels: 3, background: "black" } })
    .png()
    .toBuffer();
}

/** The first part of a file. */
export function cut(bytes: Uint8Array, share: number): Uint8Array {
  return bytes.subarray(0, Math.floor(bytes.length * share));
}
