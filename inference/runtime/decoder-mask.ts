import type { DecoderEntry } from "../scheduling/batch.ts";
import type { Sequence } from "../scheduling/sequence.ts";
import type { Tensor } from "../tensor.ts";
import { MASKED } from "./cross-memory.ts";

export interface PassSize {
  /** Of the entry with most. */
  readonly rows: number;
  /** Rows of every slot of the cache. */
  readonly past: number;
}

/** [batch, 1, rows, past + rows]: each row sees itself and its ancestors; a padding row sees itself, so no NaN arises. */
export function mask(entries: readonly DecoderEntry[], { rows, past }: PassSize): Tensor {
  const width = past + rows;
  const data = new Float32Array(entries.length * rows * width).fill(MASKED);
  entries.forEach(({ sequence, numRows }, i) => {
    for (let r = 0; r < rows; r++) {
      const line = data.subarray((i * rows + r) * width, (i * rows + r + 1) * width);
      if (r < numRows) unmaskAncestors(line, sequence, sequence.numComputedRows + r, past);
      else line[past + r] = 0;
    }
  });
  return { dims: [entries.length, 1, rows, width], data };
}

/** The same of a chunk beside others, [1, 1, rows, past + rows]; of none where there is none. */
export function chunkMask(chunk: DecoderEntry | undefined, past: number): Tensor {
  if (chunk === undefined) return { dims: [1, 1, 0, 0], data: new Float32Array(0) };
  return mask([chunk], { rows: chunk.numRows, past });
}

/** Branches are walked; the stem below them is filled. */
function unmaskAncestors(line: Float32Array, sequence: Sequence, index: number, past: number): void {
  const { numComputedRows, decoding } = sequence;
  let row: number | undefined = index;
  for (; row !== undefined && row >= decoding.stem; row = decoding.rows[row]!.parent) {
    line[columnOf(row, numComputedRows, past)] = 0;
  }
  if (row === undefined) return;
  line.fill(0, 0, Math.min(row + 1, numComputedRows));
  line.fill(0, past, past + Math.max(0, row + 1 - numComputedRows));
}

/** int64 [batch, rows, past + rows]: how many positions each row looks back; 0 where it does not look. */
export function distances(entries: readonly DecoderEntry[], { rows, past }: PassSize): Tensor {
  const width = past + rows;
  const data = new BigInt64Array(entries.length * rows * width);
  entries.forEach(({ sequence: { decoding, numComputedRows }, numRows }, i) => {
    for (let r = 0; r < numRows; r++) {
      const start = (i * rows + r) * width;
      const { position } = decoding.rows[numComputedRows + r]!;
      for (let row: number | undefined = numComputedRows + r; row !== undefined; row = decoding.rows[row]!.parent) {
        const back = position - decoding.rows[row]!.position;
        data[start + columnOf(row, numComputedRows, past)] = BigInt(back);
      }
    }
  });
  return { dims: [entries.length, rows, width], data };
}

/** Where a row lies among those of the cache and, after them, those of this pass. */
function columnOf(row: number, numComputedRows: number, past: number): number {
  return row < numComputedRows ? row : past + row - numComputedRows;
}
