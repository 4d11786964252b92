import { blockBytes, type BlockFormat, blocksPerRow } from "./quantised-matrix.ts";

/** Rows of a QuantisedMatrix, in memory. */
export interface QuantisedRows {
  readonly blocks: Uint8Array;
  readonly scales: Float32Array<ArrayBuffer>;
}

/**
 * Quantises rows of `columns` elements each, block by block. Throws a RangeError on what is no finite number: quantised,
 * it would look like one.
 */
export function quantiseRows(rows: Float32Array, columns: number, format: BlockFormat): QuantisedRows {
  const { blockSize, bits } = format;
  const perRow = blocksPerRow(columns, format);
  const count = (rows.length / columns) * perRow;
  const [scales, blocks] = [new Float32Array(count), new Uint8Array(count * blockBytes(format)).fill(zeros[bits])];
  const [scaleOf, write] = bits === 8 ? [byteScale, writeBytes] : [halfScale, writeHalves];
  for (let block = 0; block < count; block++) {
    const row = Math.floor(block / perRow);
    const start = row * columns + (block - row * perRow) * blockSize;
    const end = Math.min(start + blockSize, (row + 1) * columns);
    const scale = Math.fround(scaleOf(rows, start, end));
    scales[block] = scale;
    write(blocks, block * blockBytes(format), rows, start, end, scale === 0 ? 0 : 1 / scale);
  }
  return { blocks, scales };
}

/** A byte of numbers that stand for zero. */
const zeros = { 4: 0x88, 8: 0x80 } as const;

/** The element furthest from zero. */
function furthest(rows: Float32Array, start: number, end: number): number {
  let found = 0;
  for (let i = start; i < end; i++) {
    const value = rows[i]!;
    if (!(Math.abs(value) <= MAX_FLOAT32)) throw new RangeError(`element ${i} is ${value}`);
    if (Math.abs(value) > Math.abs(found)) found = value;
  }
  return found;
}

const MAX_FLOAT32 = 3.4028234663852886e38;

/** Numbers from 1 to 255 around 128. */
function byteScale(rows: Float32Array, start: number, end: number): number {
  return Math.abs(furthest(rows, start, end)) / 127;
}

/**
 * Numbers from 0 to 15 around 8, where there is one more below than above: so the furthest element becomes the lowest.
 * Of scales around that the one with the least squared error is taken, which costs the furthest and helps the many.
 */
function halfScale(rows: Float32Array, start: number, end: number): number {
  const full = furthest(rows, start, end) / -8;
  if (full === 0) return 0;
  let [best, least] = [full, squaredError(rows, start, end, full)];
  for (const factor of CANDIDATES) {
    const error = squaredError(rows, start, end, full * factor);
    if (error < least) [best, least] = [full * factor, error];
  }
  return best;
}

const CANDIDATES = [0.92, 1.08];

function squaredError(rows: Float32Array, start: number, end: number, scale: number): number {
  const inverse = 1 / scale;
  let sum = 0;
  for (let i = start; i < end; i++) {
    const wanted = rows[i]! * inverse + 8;
    const difference = wanted - half(wanted);
    sum += difference * difference;
  }
  return sum * scale * scale;
}

/** The number from 0 to 15 that is nearest; what is wanted is never far from them, so an int32 can hold it. */
function half(wanted: number): number {
  const number = (wanted + 0.5) | 0;
  return number < 0 ? 0 : number > 15 ? 15 : number;
}

function byte(wanted: number): number {
  const number = (wanted + 0.5) | 0;
  return number < 0 ? 0 : number > 255 ? 255 : number;
}

function writeBytes(blocks: Uint8Array, at: number, rows: Float32Array, start: number, end: number, inverse: number) {
  for (let i = start; i < end; i++) blocks[at + i - start] = byte(rows[i]! * inverse + 128);
}

function writeHalves(blocks: Uint8Array, at: number, rows: Float32Array, start: number, end: number, inverse: number) {
  for (let i = start; i < end; i += 2) {
    const [low, high] = [half(rows[i]! * inverse + 8), i + 1 < end ? half(rows[i + 1]! * inverse + 8) : 8];
    blocks[at + ((i - start) >> 1)] = low | (high << 4);
  }
}
