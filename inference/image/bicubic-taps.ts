/** Places of one axis, `to` excluded. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** For each output place of one axis, the input places that it reads and their fixed-point weights. */
export interface Taps {
  /** First input place read, [outputs]. */
  readonly starts: Int32Array;
  /** Input places read, [outputs]. */
  readonly counts: Int32Array;
  /** Weights times 2^WEIGHT_BITS, [outputs, stride]; only the first `count` of a row are set. */
  readonly weights: Int32Array;
  readonly stride: number;
}

/** Fraction bits of a weight: 32, less 8 of a pixel, less 2 for overshoot and sign. */
export const WEIGHT_BITS = 22;

/** Half of one, so that shifting right by WEIGHT_BITS rounds. */
export const ROUNDING = 1 << (WEIGHT_BITS - 1);

const SUPPORT = 2;
const A = -0.5;

/**
 * The taps of Pillow's antialiased bicubic for an axis of `inputs` pixels made `outputs` long, or for a part of them.
 * Every operation is in the order of `precompute_coeffs` and `normalize_coeffs_8bpc` in Pillow's Resample.c, so that
 * every weight has its bits.
 */
export function bicubicTaps(inputs: number, outputs: number, part: Range = { from: 0, to: outputs }): Taps {
  const scale = inputs / outputs;
  const support = SUPPORT * Math.max(scale, 1);
  const stride = Math.ceil(support) * 2 + 1;
  const length = part.to - part.from;
  const starts = new Int32Array(length);
  const counts = new Int32Array(length);
  const weights = new Int32Array(length * stride);
  const exact = new Float64Array(stride);
  for (let i = 0; i < length; i++) {
    const centre = (part.from + i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(inputs, Math.trunc(centre + support + 0.5)) - start;
    starts[i] = start;
    counts[i] = count;
    weigh(exact.subarray(0, count), start, centre, 1 / Math.max(scale, 1));
    toFixedPoint(exact, count, weights, i * stride);
  }
  return { starts, counts, weights, stride };
}

/** Weights of the input places from `start` on, seen from `centre`; their sum is 1. */
function weigh(weights: Float64Array, start: number, centre: number, perPixel: number): void {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = bicubic((i + start - centre + 0.5) * perPixel);
    weights[i] = weight;
    sum += weight;
  }
  for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! / sum;
}

function bicubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * A;
  return 0;
}

/** Rounds half away from zero. */
function toFixedPoint(exact: Float64Array, count: number, weights: Int32Array, at: number): void {
  for (let i = 0; i < count; i++) {
    const weight = exact[i]!;
    weights[at + i] = Math.trunc(weight * (1 << WEIGHT_BITS) + (weight < 0 ? -0.5 : 0.5));
  }
}
