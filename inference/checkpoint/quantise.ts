import { blockBytes, type BlockFormat, blocksPerRow } from "./quantised-matrix.ts";

/** Rows of a QuantisedMatrix, in memory. */
export interface QuantisedRows {
  readonly blocks: Uint8Array;
  readonly scales: Float32Array;
}

/**
 * Quantises rows of `columns` elements each, block by block. Throws a RangeError on what is no finite number: quantised,
 * it would look like one.
 */
export function quantiseRows(rows: Float32Array, columns: number, format: BlockFormat): QuantisedRows {
  const perRow = blocksPerRow(columns, format);
  const count = (rows.length / columns) * perRow;
  const [scales, blocks] = [new Float32Array(count), new Uint8Array(count * blockBytes(format))];
  const write = format.bits === 8 ? writeBytes : writeHalves;
  for (let block = 0; block < count; block++) {
    const start = Math.floor(block / perRow) * columns + (block % perRow) * format.blockSize;
    const end = Math.min(start + format.blockSize, (Math.floor(block / perRow) + 1) * columns);
    const scale = Math.fround(format.bits === 8 ? byteScale(rows, start, end) : halfScale(rows, start, end));
    scales[block] = scale;
    write(blocks.subarray(block * blockBytes(format), (block + 1) * blockBytes(format)), {
      rows,
      start,
      end,
      inverse: scale === 0 ? 0 : 1 / scale,
    });
  }
  return { blocks, scales };
}

/** The element furthest from zero. */
function extreme(rows: Float32Array, start: number, end: number): number {
  let furthest = 0;
  for (let i = start; i < end; i++) {
    const value = rows[i]!;
    if (!(Math.abs(value) <= MAX_FLOAT32)) throw new RangeError(`element ${i} is ${value}`);
    if (Math.abs(value) > Math.abs(furthest)) furthest = value;
  }
  return furthest;
}

const MAX_FLOAT32 = 3.4028234663852886e38;

/** Numbers from 1 to 255 around 128. */
function byteScale(rows: Float32Array, start: number, end: number): number {
  return Math.abs(extreme(rows, start, end)) / 127;
}

/**
 * Numbers from 0 to 15 around 8, where there is one more below than above: so the furthest element becomes the lowest.
 * Of scales around that the one with the least squared error is taken, which costs the furthest and helps the many.
 */
function halfScale(rows: Float32Array, start: number, end: number): number {
  const full = extreme(rows, start, end) / -8;
  let [best, least] = [full, squaredError(rows, start, end, full)];
  for (const factor of CANDIDATES) {
    const error = squaredError(rows, start, end, full * factor);
    if (error < least) [best, least] = [full * factor, error];
  }
  return best;
}

const CANDIDATES = [0.85, 0.9, 0.95, 1.05, 1.1, 1.15];

function squaredError(rows: Float32Array, start: number, end: number, scale: number): number {
  if (scale === 0) return 0;
  const inverse = 1 / scale;
  let sum = 0;
  for (let i = start; i < end; i++) {
    const value = rows[i]!;
    const difference = value - scale * Math.max(-8, Math.min(7, Math.round(value * inverse)));
    sum += difference * difference;
  }
  return sum;
}

interface Source {
  readonly rows: Float32Array;
  readonly start: number;
  readonly end: number;
  /** 1 ÷ scale */
  readonly inverse: number;
}

function writeBytes(block: Uint8Array, { rows, start, end, inverse }: Source): void {
  block.fill(128);
  for (let i = start; i < end; i++) {
    block[i - start] = Math.max(0, Math.min(255, Math.round(rows[i]! * inverse) + 128));
  }
}

function writeHalves(block: Uint8Array, { rows, start, end, inverse }: Source): void {
  block.fill(0x88);
  for (let i = start; i < end; i++) {
    const number = Math.max(0, Math.min(15, Math.round(rows[i]! * inverse) + 8));
    const at = (i - start) >> 1;
    block[at] = (i - start) % 2 === 0 ? (block[at]! & 0xf0) | number : (block[at]! & 0x0f) | (number << 4);
  }
}
