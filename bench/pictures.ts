import sharp from "sharp";
import type { PictureFile } from "./graphql.ts";
import { Xorshift } from "./random.ts";

/** A usual photograph's shape, so that decoding and resizing have their usual share. */
const [WIDTH, HEIGHT] = [640, 480];
const NOISE = 48;

/** Pictures that all differ, JPEG: a colour gradient under noise. A seed always gives the same picture. */
export function makePictures(firstSeed: number, count: number): Promise<PictureFile[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => makePicture(firstSeed + i)));
}

async function makePicture(seed: number): Promise<PictureFile> {
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
  const bytes = await sharp(pixels(seed), { raw }).jpeg({ quality: 90 }).toBuffer();
  return { name: `${seed}.jpg`, type: "image/jpeg", bytes: new Uint8Array(bytes) };
}

function pixels(seed: number): Uint8ClampedArray {
  const random = new Xorshift(seed);
  const corner = [random.fraction(), random.fraction(), random.fraction()].map((value) => 256 * value);
  const values = new Uint8ClampedArray(WIDTH * HEIGHT * 3);
  for (let i = 0; i < values.length; i++) {
    const pixel = Math.floor(i / 3);
    const slope = ((pixel % WIDTH) / WIDTH) * 128 - (Math.floor(pixel / WIDTH) / HEIGHT) * 128;
    values[i] = corner[i % 3]! + slope + (random.fraction() - 0.5) * NOISE;
  }
  return values;
}
