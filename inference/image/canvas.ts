import type { Rgb } from "./preprocessing.ts";
import type { RgbPixels } from "./rgb-image.ts";

/** A picture that lies on a larger ground of one colour, which is never filled in: it may be far larger. */
export interface Canvas {
  readonly image: RgbPixels;
  readonly width: number;
  readonly height: number;
  /** Where the picture's first pixel lies. */
  readonly left: number;
  readonly top: number;
  readonly colour: Rgb;
}

/** Pixels of a canvas: `width` × `height` of them from `left`, `top` on. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const BLACK: Rgb = [0, 0, 0];

/** A picture with nothing around it. */
export function bare(image: RgbPixels): Canvas {
  return { image, width: image.width, height: image.height, left: 0, top: 0, colour: BLACK };
}

/** The picture in the middle; what cannot be halved goes to the right and below. */
export function centred(image: RgbPixels, ground: { width: number; height: number; colour?: Rgb }): Canvas {
  const { width, height, colour = BLACK } = ground;
  const left = Math.floor((width - image.width) / 2);
  const top = Math.floor((height - image.height) / 2);
  return { image, width, height, left, top, colour };
}

/** The middle of something larger; what cannot be halved is cut on the right and below. */
export function middle(
  of: { width: number; height: number },
  { width, height }: { width: number; height: number },
): Part {
  return { left: Math.floor((of.width - width) / 2), top: Math.floor((of.height - height) / 2), width, height };
}

/** Copies a part, ground and all. */
export function cut(canvas: Canvas, { left, top, width, height }: Part): RgbPixels {
  const data = new Uint8Array(3 * width * height);
  const rows = new CanvasRows(canvas);
  for (let y = 0; y < height; y++) {
    const { data: row, at } = rows.get(top + y);
    data.set(row.subarray(at + 3 * left, at + 3 * (left + width)), 3 * width * y);
  }
  return { width, height, data };
}

/** A canvas row by row. */
export class CanvasRows {
  readonly #canvas: Canvas;
  readonly #ground: Uint8Array;
  readonly #padded: Uint8Array;

  constructor(canvas: Canvas) {
    this.#canvas = canvas;
    this.#ground = rowOf(canvas);
    this.#padded = rowOf(canvas);
  }

  /** Whether row `y` shows nothing but the ground. */
  isGround(y: number): boolean {
    const { top, image } = this.#canvas;
    return y < top || y >= top + image.height;
  }

  /** Row `y`, [width, 3] from `at` on; lent until the next call. */
  get(y: number): { readonly data: Uint8Array; readonly at: number } {
    if (this.isGround(y)) return { data: this.#ground, at: 0 };
    const { image, width, left, top } = this.#canvas;
    const at = (y - top) * image.width * 3;
    if (image.width === width) return { data: image.data, at };
    this.#padded.set(image.data.subarray(at, at + image.width * 3), left * 3);
    return { data: this.#padded, at: 0 };
  }
}

function rowOf({ width, colour }: Canvas): Uint8Array {
  return Uint8Array.from({ length: 3 * width }, (_, i) => colour[i % 3]!);
}
