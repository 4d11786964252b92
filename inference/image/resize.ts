import { bicubicTaps, ROUNDING, WEIGHT_BITS, type Range, type Taps } from "./bicubic-taps.ts";
import { bare, CanvasRows, cut, type Canvas, type Part } from "./canvas.ts";
import type { RgbPixels } from "./rgb-image.ts";

/** Names the algorithm where results are compared over time; changes when any output byte may change. */
export const RESAMPLER = "pillow-bicubic-1";

const CHANNELS = 3;

/** Multiply-adds between two pauses: about 2 ms. */
const STEP_OPERATIONS = 2e6;

/**
 * Resizes to exactly `width` × `height`, aspect ignored, to the very bytes that Pillow's
 * `Image.resize((width, height), BICUBIC)` gives: across first, rounded to 8 bits, then down; an axis that keeps its
 * size is left alone.
 */
export function resizeBicubic(image: RgbPixels, width: number, height: number): RgbPixels {
  const steps = resizeInSteps(bare(image), { width, height });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/**
 * The same of a canvas, or only a part of the result, whatever the size of the whole; with a pause every few
 * milliseconds, so that a big picture does not hold up its thread.
 */
export function* resizeInSteps(
  canvas: Canvas,
  { width, height }: { readonly width: number; readonly height: number },
  part: Part = { left: 0, top: 0, width, height },
): Generator<void, RgbPixels> {
  const [columns, rows] = [range(part.left, part.width), range(part.top, part.height)];
  if (canvas.height === height) return yield* resizeAcross(canvas, width, { columns, rows });
  const down = bicubicTaps(canvas.height, height, rows);
  const read = rowsRead(down);
  const across = yield* resizeAcross(canvas, width, { columns, rows: read });
  return yield* resizeDown(across, down, read.from);
}

function range(from: number, length: number): Range {
  return { from, to: from + length };
}

/** The rows that the second pass reads; the first computes no others. */
function rowsRead({ starts, counts }: Taps): Range {
  const last = starts.length - 1;
  return { from: starts[0]!, to: starts[last]! + counts[last]! };
}

/** Pass 1, the columns and rows that are wanted of it. */
function* resizeAcross(
  canvas: Canvas,
  width: number,
  { columns, rows }: { readonly columns: Range; readonly rows: Range },
): Generator<void, RgbPixels> {
  const [wide, high] = [columns.to - columns.from, rows.to - rows.from];
  if (canvas.width === width) return cut(canvas, { left: columns.from, top: rows.from, width: wide, height: high });
  const taps = bicubicTaps(canvas.width, width, columns);
  const target = new Uint8ClampedArray(wide * high * CHANNELS);
  const lines = new CanvasRows(canvas);
  const band = rowsPerStep(wide, taps);
  for (let row = 0; row < high; row++) {
    const { data, at } = lines.get(rows.from + row);
    resizeRow(data, at, target, row * wide * CHANNELS, taps);
    if (row % band === 0) yield;
  }
  return { width: wide, height: high, data: new Uint8Array(target.buffer) };
}

function rowsPerStep(width: number, taps: Taps): number {
  return Math.ceil(STEP_OPERATIONS / (width * CHANNELS * taps.stride));
}

/** One row, all three channels at once: each weight is loaded once. */
function resizeRow(source: Uint8Array, from: number, target: Uint8ClampedArray, to: number, taps: Taps): void {
  const { starts, counts, weights, stride } = taps;
  for (let x = 0; x < starts.length; x++) {
    let red = ROUNDING;
    let green = ROUNDING;
    let blue = ROUNDING;
    let pixel = from + starts[x]! * CHANNELS;
    const end = x * stride + counts[x]!;
    for (let tap = x * stride; tap < end; tap++) {
      const weight = weights[tap]!;
      // 32-bit sums as in C; taps that sum to 1 with bicubic's overshoot of at most 1.3 stay far from overflow.
      red = (red + Math.imul(weight, source[pixel]!)) | 0;
      green = (green + Math.imul(weight, source[pixel + 1]!)) | 0;
      blue = (blue + Math.imul(weight, source[pixel + 2]!)) | 0;
      pixel += CHANNELS;
    }
    // The target clamps to 0…255.
    target[to] = red >> WEIGHT_BITS;
    target[to + 1] = green >> WEIGHT_BITS;
    target[to + 2] = blue >> WEIGHT_BITS;
    to += CHANNELS;
  }
}

/** Pass 2, over an image whose first row is row `from` of what the taps read. */
function* resizeDown(image: RgbPixels, taps: Taps, from: number): Generator<void, RgbPixels> {
  const rowBytes = image.width * CHANNELS;
  const height = taps.starts.length;
  const target = new Uint8ClampedArray(rowBytes * height);
  const band = rowsPerStep(image.width, taps);
  const within = { ...taps, starts: taps.starts.map((start) => start - from) };
  for (let y = 0; y < height; y++) {
    mixRows(image.data, target, y, rowBytes, within);
    if (y % band === 0) yield;
  }
  return { width: image.width, height, data: new Uint8Array(target.buffer) };
}

/** Row `y` of the target, a pixel at a time, from the rows of the source that its taps name. */
function mixRows(source: Uint8Array, target: Uint8ClampedArray, y: number, rowBytes: number, taps: Taps): void {
  const weights = taps.weights;
  const first = y * taps.stride;
  const end = first + taps.counts[y]!;
  const from = taps.starts[y]! * rowBytes;
  const to = y * rowBytes;
  for (let x = 0; x < rowBytes; x += CHANNELS) {
    let red = ROUNDING;
    let green = ROUNDING;
    let blue = ROUNDING;
    let place = from + x;
    for (let tap = first; tap < end; tap++) {
      const weight = weights[tap]!;
      red = (red + Math.imul(weight, source[place]!)) | 0;
      green = (green + Math.imul(weight, source[place + 1]!)) | 0;
      blue = (blue + Math.imul(weight, source[place + 2]!)) | 0;
      place += rowBytes;
    }
    target[to + x] = red >> WEIGHT_BITS;
    target[to + x + 1] = green >> WEIGHT_BITS;
    target[to + x + 2] = blue >> WEIGHT_BITS;
  }
}
