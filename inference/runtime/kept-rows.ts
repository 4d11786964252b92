import type { FloatData } from "../tensor.ts";
import { alike, copyRows, type HeadShape } from "./strides.ts";

interface Kept {
  readonly rows: number;
  /** Each [heads, rows, headDim]. */
  readonly copies: readonly FloatData[];
}

/** The first rows of a cache's slots, copied aside under the number of a prefix. */
export class KeptRows {
  readonly #shape: HeadShape;
  readonly #kept = new Map<number, Kept>();

  constructor(shape: HeadShape) {
    this.#shape = shape;
  }

  get bytes(): number {
    const copies = [...this.#kept.values()].flatMap(({ copies }) => copies);
    return copies.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Copies the first rows of a slot, whose arrays have room for `capacity`. */
  keep(prefix: number, rows: number, slot: readonly FloatData[], capacity: number): void {
    const { heads, headDim } = this.#shape;
    const copies = slot.map((data) => {
      const copy = alike(data, heads * rows * headDim);
      copyRows({ data, capacity }, { data: copy, capacity: rows, start: 0 }, rows, this.#shape);
      return copy;
    });
    this.#kept.set(prefix, { rows, copies });
  }

  /** Writes the first rows of what was kept to a slot. */
  restore(prefix: number, count: number, slot: readonly FloatData[], capacity: number): void {
    const { rows, copies } = this.#kept.get(prefix)!;
    slot.forEach((data, i) => {
      copyRows({ data: copies[i]!, capacity: rows }, { data, capacity, start: 0 }, count, this.#shape);
    });
  }

  /** Forgets a prefix, and returns what was kept of it. */
  drop(prefix: number): readonly FloatData[] {
    const copies = this.#kept.get(prefix)?.copies ?? [];
    this.#kept.delete(prefix);
    return copies;
  }

  clear(): void {
    this.#kept.clear();
  }
}
