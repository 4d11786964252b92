import { bicubicTaps, ROUNDING, WEIGHT_BITS, type Taps } from "./bicubic-taps.ts";
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
  const steps = resizeInSteps(image, width, height);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** The same result with a pause every few milliseconds, so that a big picture does not hold up its thread. */
export function* resizeInSteps(image: RgbPixels, width: number, height: number): Generator<void, RgbPixels> {
  const down = bicubicTaps(image.height, height);
  const across = image.width === width ? image : yield* resizeAcross(image, width, rowsRead(image, height, down));
  return image.height === height ? across : yield* resizeDown(across, height, down);
}

/** The rows that the second pass reads; the first computes no others. */
interface Rows {
  readonly from: number;
  readonly to: number;
}

function rowsRead(image: RgbPixels, height: number, taps: Taps): Rows {
  if (image.height === height) return { from: 0, to: height };
  const last = height - 1;
  return { from: taps.starts[0]!, to: taps.starts[last]! + taps.counts[last]! };
}

/** Pass 1. Rows outside `rows` stay black. */
function* resizeAcross(image: RgbPixels, width: number, rows: Rows): Generator<void, RgbPixels> {
  const taps = bicubicTaps(image.width, width);
  const target = new Uint8ClampedArray(width * image.height * CHANNELS);
  const band = rowsPerStep(width, taps);
  for (let row = rows.from; row < rows.to; row++) {
    resizeRow(image.data, row * image.width * CHANNELS, target, row * width * CHANNELS, taps);
    if (row % band === 0) yield;
  }
  return { width, height: image.height, data: new Uint8Array(target.buffer) };
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

/** Pass 2. */
function* resizeDown(image: RgbPixels, height: number, taps: Taps): Generator<void, RgbPixels> {
  const rowBytes = image.width * CHANNELS;
  const target = new Uint8ClampedArray(rowBytes * height);
  const band = rowsPerStep(image.width, taps);
  for (let y = 0; y < height; y++) {
    mixRows(image.data, target, y, rowBytes, taps);
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
