import type { DecoderCosts, EncoderCosts } from "./costs.ts";

/** What a GPU's datasheet says of it; dense rates, without sparsity. */
export interface Gpu {
  readonly bytesPerSecond: number;
  readonly flops: Readonly<Record<Precision, number>>;
  readonly memoryBytes: number;
}

export type Precision = "bf16" | "fp8";

/** How much of that real engines get out. */
export interface Efficiency {
  /** Of the arithmetic, where rows are many (MFU). */
  readonly ofFlops: number;
  /** Of the memory's bandwidth (MBU). */
  readonly ofBandwidth: number;
  /** What a pass takes beside: launches, sampling, the host's part. */
  readonly hostMs: number;
}

/** An encoder, by its arithmetic: t(B) follows from it. */
export interface EncoderShape {
  readonly parameters: number;
  readonly flopsPerItem: number;
  /** Values that are written for an item, beside what stays in the chip's caches. */
  readonly valuesPerItem: number;
}

export interface DecoderShape {
  readonly parameters: number;
  readonly flopsPerRow: number;
  /** Keys and values of a row, in all layers. */
  readonly valuesPerCachedRow: number;
}

/** A GPU as an engine uses it. */
export interface Roof {
  readonly gpu: Gpu;
  readonly efficiency: Efficiency;
  /** Of weights, arithmetic and what is kept. */
  readonly precision: Precision;
}

const BYTES: Readonly<Record<Precision, number>> = { bf16: 2, fp8: 1 };

/**
 * The roofline's line: a pass reads all weights, an item takes its arithmetic. The two are added, not the larger taken: so
 * it is linear, as the scheduler learns it, and at most twice what a perfect overlap would give.
 */
export function encoderCosts(shape: EncoderShape, roof: Roof): EncoderCosts {
  return {
    perPass: roof.efficiency.hostMs + readMs(shape.parameters, roof),
    perItem: computeMs(shape.flopsPerItem, roof) + readMs(shape.valuesPerItem, roof),
    parts: 1,
  };
}

/** The same for a decoder, whose sequences also read what is kept of them. */
export function decoderCosts(shape: DecoderShape, roof: Roof): DecoderCosts {
  return {
    perPass: roof.efficiency.hostMs + readMs(shape.parameters, roof),
    perSequence: 0,
    perRow: computeMs(shape.flopsPerRow, roof),
    perCachedRow: readMs(shape.valuesPerCachedRow, roof),
  };
}

/** Milliseconds to read or write so many values. */
export function readMs(values: number, { gpu, efficiency, precision }: Roof): number {
  return (1000 * values * BYTES[precision]) / (gpu.bytesPerSecond * efficiency.ofBandwidth);
}

/** Milliseconds of so much arithmetic. */
export function computeMs(flops: number, { gpu, efficiency, precision }: Roof): number {
  return (1000 * flops) / (gpu.flops[precision] * efficiency.ofFlops);
}
