/** Of a block, 64 MiB: the index grows by whole blocks. */
const BLOCK_FLOATS = 2 ** 24;

/** A contiguous part of a vector space, as the scan network takes it. */
export interface VectorBlock {
  /** [ids.length, length] */
  readonly vectors: Float32Array;
  readonly ids: readonly number[];
}

/**
 * One vector space in memory: ids and their rows, in blocks. Removing moves the last row into the hole, so blocks stay dense.
 * A row is all that an id has: one vector, or several one after the other, as many for each id.
 * It follows the change log of a store: `at` is the last change that it has taken in.
 */
export class VectorIndex {
  /** Numbers in a row. */
  readonly length: number;
  at = 0;
  readonly #blockRows: number;
  readonly #ids: number[] = [];
  readonly #rows = new Map<number, number>();
  readonly #blocks: Float32Array[] = [];

  constructor(length: number, blockRows = Math.max(1, Math.floor(BLOCK_FLOATS / length))) {
    this.length = length;
    this.#blockRows = blockRows;
  }

  get size(): number {
    return this.#ids.length;
  }

  /** Adds rows [ids.length, length]; an id that is there already gets the new row. */
  add(ids: readonly number[], vectors: Float32Array): void {
    ids.forEach((id, i) => {
      const row = this.#rows.get(id) ?? this.#append(id);
      this.#row(row).set(vectors.subarray(i * this.length, (i + 1) * this.length));
    });
  }

  remove(ids: readonly number[]): void {
    for (const id of ids) {
      const row = this.#rows.get(id);
      if (row !== undefined) this.#fillHole(id, row);
    }
  }

  *blocks(): Generator<VectorBlock> {
    for (let block = 0; block < this.#blocks.length; block++) {
      const ids = this.#ids.slice(block * this.#blockRows, (block + 1) * this.#blockRows);
      yield { vectors: this.#blocks[block]!.subarray(0, ids.length * this.length), ids };
    }
  }

  #append(id: number): number {
    const row = this.#ids.push(id) - 1;
    this.#rows.set(id, row);
    const block = Math.floor(row / this.#blockRows);
    const needed = ((row % this.#blockRows) + 1) * this.length;
    this.#blocks[block] = roomFor(this.#blocks[block], needed, this.#blockRows * this.length);
    return row;
  }

  #fillHole(id: number, row: number): void {
    const lastId = this.#ids.at(-1)!;
    this.#row(row).set(this.#row(this.size - 1));
    this.#ids[row] = lastId;
    this.#rows.set(lastId, row);
    this.#ids.pop();
    this.#rows.delete(id);
    this.#blocks.length = Math.ceil(this.size / this.#blockRows);
  }

  #row(row: number): Float32Array {
    const start = (row % this.#blockRows) * this.length;
    return this.#blocks[Math.floor(row / this.#blockRows)]!.subarray(start, start + this.length);
  }
}

/** The block itself if it is large enough, else a copy twice as large. */
function roomFor(block: Float32Array | undefined, needed: number, max: number): Float32Array {
  if (block !== undefined && block.length >= needed) return block;
  const grown = new Float32Array(Math.min(max, Math.max(needed, 2 * (block?.length ?? needed))));
  if (block !== undefined) grown.set(block);
  return grown;
}
