import type { SlotMove } from "../scheduling/slots.ts";
import type { FloatData } from "../tensor.ts";
import type { Discarded } from "./collect-garbage.ts";
import { reserve } from "./reserve.ts";
import { clearRuns, copyRuns, type Lengths, type Run, shiftRuns } from "./runs.ts";
import { clearRows, copyRows, type HeadShape, slotOf } from "./strides.ts";

/** How large arrays are. */
export interface Places {
  readonly slots: number;
  /** Of each slot. */
  readonly rows: number;
}

/** Bytes that are worth the 10 ms that collecting them takes, while others are copied. */
const MUCH = 2 ** 26;

/**
 * Arrays [slots, heads, rows, headDim], each the beginning of memory of which more is reserved. So they grow and shrink
 * where they are, and nothing moves but what was written; here two slots of one head, from four rows to six:
 *
 *     a a a · b b · ·
 *     a a a · · · b b · · · ·
 *
 * All that nobody has written is zeros, to the end of what is reserved.
 */
export class SlotArrays {
  readonly #shape: HeadShape;
  readonly #discarded: Discarded;
  /** With all that is reserved. */
  readonly #whole: FloatData[];
  #arrays: readonly FloatData[];
  #places: Places = { slots: 0, rows: 0 };
  /** Of each slot, the first rows that may be other than zeros. */
  #written: number[] = [];
  /** Slots × rows when they were most since memory was reserved: no more of it may take any. */
  #used = 0;

  /** `arrays` are empty. */
  constructor(shape: HeadShape, arrays: readonly FloatData[], discarded: Discarded) {
    [this.#shape, this.#discarded] = [shape, discarded];
    [this.#whole, this.#arrays] = [[...arrays], arrays];
  }

  /** Of all that was ever used; what is only reserved takes none. */
  get bytes(): number {
    const elements = this.#elements(this.#used);
    return this.#whole.reduce((sum, { BYTES_PER_ELEMENT }) => sum + elements * BYTES_PER_ELEMENT, 0);
  }

  /**
   * Keeps what is there as far as it has a place; a slot that comes anew may hold what it held before. Of slots × rows that
   * were used, no more than `most` still take memory.
   */
  resize(places: Places, most: number): void {
    const need = places.slots * places.rows;
    const used = Math.max(need, this.#used);
    const isInPlace = used <= most && this.#whole.every(({ length }) => this.#elements(need) <= length);
    if (!isInPlace) this.#replace(places);
    else if (places.rows !== this.#places.rows) this.#shift(places);
    this.#used = isInPlace ? used : need;
    this.#places = places;
    this.#arrays = this.#whole.map((array) => array.subarray(0, this.#elements(need)));
  }

  /** Only now are slots cleared that have gone: while places stay, whoever begins in one clears it. */
  #shift(places: Places): void {
    const [gone, lengths] = [this.#runs(places.slots), this.#lengths(places)];
    const runs = this.#runs(0, places.slots);
    for (const array of this.#whole) {
      clearRuns(array, gone, lengths.from);
      shiftRuns(array, runs, lengths);
    }
    this.#cut(places);
  }

  /** One after the other, so that never many are there twice. */
  #replace(places: Places): void {
    this.#arrays = [];
    const [runs, lengths] = [this.#runs(0, places.slots), this.#lengths(places)];
    const give = reserve(this.#whole[0]!, this.#elements(places.slots * places.rows), this.#whole.length);
    let copied = 0;
    for (const [i, old] of this.#whole.entries()) {
      copied += copyRuns(old, (this.#whole[i] = give(i)), runs, lengths);
      this.#discarded.add(old.subarray(0, this.#elements(this.#used)));
      if (copied < MUCH) continue;
      this.#discarded.collectFrom(MUCH);
      copied = 0;
    }
    this.#cut(places);
  }

  /** No more is written than there are places for. */
  #cut({ slots, rows }: Places): void {
    this.#written = this.#written.slice(0, slots).map((written) => Math.min(rows, written));
  }

  /** Views of `count` slots, each [count, heads, rows, headDim]. */
  slots(first: number, count = 1): FloatData[] {
    return this.#arrays.map((array) => slotOf(array, first, this.#places.slots, count));
  }

  /** So many of a slot's first rows may be other than zeros. */
  written(slot: number): number {
    return this.#written[slot] ?? 0;
  }

  /** To be told of when the rows of a slot are written up to `end`. */
  wrote(slot: number, end: number): void {
    this.#written[slot] = Math.max(end, this.written(slot));
  }

  /** Makes zeros of a slot. */
  clear(slot: number): void {
    this.#clearFrom(slot, 0);
    this.#written[slot] = 0;
  }

  #clearFrom(slot: number, start: number): void {
    const [capacity, count] = [this.#places.rows, this.written(slot) - start];
    if (count > 0) for (const data of this.slots(slot)) clearRows({ data, capacity, start }, count, this.#shape);
  }

  move({ from, to }: SlotMove): void {
    const [capacity, moved, targets] = [this.#places.rows, this.written(from), this.slots(to)];
    this.#clearFrom(to, moved);
    this.slots(from).forEach((data, i) => {
      copyRows({ data, capacity }, { data: targets[i]!, capacity, start: 0 }, moved, this.#shape);
    });
    this.#written[to] = moved;
  }

  /** What is written of the slots from `first` on, up to `end`. */
  #runs(first: number, end?: number): Run[] {
    const { heads, headDim } = this.#shape;
    return this.#written.slice(first, end).flatMap((rows, i) => {
      const index = (first + i) * heads;
      return Array.from({ length: heads }, (_, head) => ({ index: index + head, length: rows * headDim }));
    });
  }

  #lengths({ rows }: Places): Lengths {
    const { headDim } = this.#shape;
    return { from: this.#places.rows * headDim, to: rows * headDim };
  }

  /** Of one array. */
  #elements(places: number): number {
    return places * this.#shape.heads * this.#shape.headDim;
  }
}
