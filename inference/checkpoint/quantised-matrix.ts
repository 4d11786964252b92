import type { TensorRef } from "./tensor-ref.ts";

/**
 * How a matrix is quantised: along its rows in blocks of `blockSize` each with a scale of its own, a power of two from 16
 * on, or the whole row.
 */
export interface BlockFormat {
  readonly bits: 4 | 8;
  readonly blockSize: number;
}

/**
 * A matrix [out, in] of whole numbers in blocks, as onnxruntime's MatMulNBits reads it: element = scale × (number − 2^(bits−1)).
 * A row's last block is filled up with zeros.
 */
export interface QuantisedMatrix extends BlockFormat {
  /** The tensor that it stands for, as the checkpoint spells it. */
  readonly name: string;
  readonly shape: readonly number[];
  /** U8 [out, blocks of a row, blockSize × bits / 8]; of 4 bits the earlier element is the lower half of its byte. */
  readonly blocks: TensorRef;
  /** F32 [out, blocks of a row] */
  readonly scales: TensorRef;
}

/** Blocks of a row of so many elements. */
export function blocksPerRow(columns: number, { blockSize }: BlockFormat): number {
  return Math.ceil(columns / blockSize);
}

/** Bytes of a block's numbers. */
export function blockBytes({ bits, blockSize }: BlockFormat): number {
  return (blockSize * bits) / 8;
}
