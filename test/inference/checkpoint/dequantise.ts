import { type BlockFormat, blockBytes, blocksPerRow } from "../../../inference/checkpoint/quantised-matrix.ts";

interface Quantised {
  readonly blocks: Uint8Array;
  readonly scales: Float32Array;
}

/** The elements of rows that were quantised, one at a time, by the definition of MatMulNBits. */
export function dequantised({ blocks, scales }: Quantised, columns: number, format: BlockFormat): Float32Array {
  const perRow = blocksPerRow(columns, format);
  const rows = scales.length / perRow;
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const block = row * perRow + Math.floor(column / format.blockSize);
    const number = numberAt(blocks.subarray(block * blockBytes(format)), column % format.blockSize, format);
    return scales[block]! * (number - 2 ** (format.bits - 1));
  });
}

function numberAt(block: Uint8Array, index: number, { bits }: BlockFormat): number {
  if (bits === 8) return block[index]!;
  const byte = block[index >> 1]!;
  return index % 2 === 0 ? byte % 16 : byte >> 4;
}
