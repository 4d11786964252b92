import type { CallOutputs } from "../scheduling/program.ts";
import type { SlotMove } from "../scheduling/slots.ts";
import type { FloatData, Tensor } from "../tensor.ts";
import type { Discarded } from "./collect-garbage.ts";
import { LAZY_BYTES } from "./reserve.ts";
import { alike, copyRows, type HeadShape, moveSlot, replaceAll, restrided, slotOf } from "./strides.ts";

/** Elements of all arrays that a slot has where it is worth while not to copy it when there are more. */
const LARGE_SLOT = 2 ** 21;

/** What a masked score is added to; large enough that its exponential is 0 in float32. */
export const MASKED = -1e30;

/**
 * The memory that cross-attention reads: each layer's keys and values [slots, heads, memory, headDim] and a mask
 * [slots, memory], written once when a sequence joins.
 */
export class CrossMemory {
  readonly #shape: HeadShape;
  readonly #names: readonly string[];
  readonly #arrays: FloatData[];
  readonly #discarded: Discarded;
  #mask: Float32Array = new Float32Array();
  #slots = 0;
  /** Slots that the arrays have, of which the first are used. */
  #reserved = 0;
  #rows = 0;

  /** `arrays` are empty, one for each name. */
  constructor(shape: HeadShape, names: readonly string[], arrays: FloatData[], discarded: Discarded) {
    [this.#shape, this.#names, this.#arrays, this.#discarded] = [shape, names, arrays, discarded];
  }

  /** Of what is used. */
  get bytes(): number {
    const arrays = this.#arrays.map((array) => slotOf(array, 0, this.#reserved, this.#slots));
    return [...arrays, this.#mask].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Whether that made any array another. */
  resize(slots: number, rows: number): boolean {
    if (slots === this.#slots && rows === this.#rows) return false;
    if (rows !== this.#rows || slots < this.#slots || slots > this.#reserved) this.#reserve(slots, rows);
    this.#mask = restrided(this.#mask, { from: this.#rows, to: rows, count: slots, fill: MASKED });
    [this.#slots, this.#rows] = [slots, rows];
    return true;
  }

  #reserve(slots: number, rows: number): void {
    const { heads, headDim } = this.#shape;
    // The only slot's arrays are those that come with its sequence.
    if (slots === 1 && this.#slots === 0) return void (this.#reserved = slots);
    const reserved = slots > 1 ? Math.max(slots, this.#lazySlots(rows)) : slots;
    const lengths = { from: this.#rows * headDim, to: rows * headDim, fill: 0 };
    const used = { count: reserved * heads, used: Math.min(slots, this.#slots) * heads };
    replaceAll(this.#arrays, { ...lengths, ...used }, this.#discarded);
    this.#reserved = reserved;
  }

  /** So many slots make arrays that take no more than what is used of them. */
  #lazySlots(rows: number): number {
    const length = this.#shape.heads * rows * this.#shape.headDim;
    const [first] = this.#arrays;
    if (first === undefined || length * this.#arrays.length < LARGE_SLOT) return 0;
    return Math.ceil(LAZY_BYTES / (length * first.BYTES_PER_ELEMENT));
  }

  /** Elements of one array. */
  get #slotLength(): number {
    return this.#shape.heads * this.#rows * this.#shape.headDim;
  }

  move(move: SlotMove): void {
    for (const array of this.#arrays) moveSlot(array, move, this.#reserved);
    moveSlot(this.#mask, move, this.#slots);
  }

  /** Writes memory_k.N, memory_v.N [heads, memory, headDim] and, where there is one, memory_mask [memory]. */
  set(slot: number, outputs: CallOutputs): void {
    const length = outputs["memory_k.0"]!.dims[1]!;
    const given = this.#names.map((name) => outputs[`memory_${name}`]!.data as FloatData);
    const isTaken = this.#slots === 1 && length === this.#rows && given.every(isWhole);
    if (this.#slots === 1) this.#replace(isTaken ? given : this.#arrays.map((array) => alike(array, this.#slotLength)));
    if (!isTaken) this.#copy(slot, given, length);
    const mask = slotOf(this.#mask, slot, this.#slots).fill(0, 0, length).fill(MASKED, length);
    if (outputs.memory_mask !== undefined) mask.set(outputs.memory_mask.data as Float32Array);
  }

  /** The only slot's is read where it lies. Whoever waits may hold it too: so it is never written to, but replaced. */
  #replace(arrays: readonly FloatData[]): void {
    for (const [i, array] of arrays.entries()) {
      this.#discarded.add(this.#arrays[i]!);
      this.#arrays[i] = array;
    }
  }

  #copy(slot: number, given: readonly FloatData[], length: number): void {
    this.#arrays.forEach((array, i) => {
      const data = slotOf(array, slot, this.#reserved);
      if (length < this.#rows) data.fill(0);
      copyRows({ data: given[i]!, capacity: length }, { data, capacity: this.#rows, start: 0 }, length, this.#shape);
      this.#discarded.add(given[i]!);
    });
  }

  /** Graph inputs for `batch` slots from `first` on; none where the model has no memory. */
  inputs(first: number, batch: number): Record<string, Tensor> {
    if (this.#rows === 0) return {};
    const { heads, headDim } = this.#shape;
    const entries = this.#names.map((name, i) => {
      const data = slotOf(this.#arrays[i]!, first, this.#reserved, batch);
      return [`memory_${name}`, { dims: [batch, heads, this.#rows, headDim], data }] as const;
    });
    const mask = slotOf(this.#mask, first, this.#slots, batch);
    return { ...Object.fromEntries(entries), memory_mask: { dims: [batch, 1, 1, this.#rows], data: mask } };
  }
}

/** It keeps nothing else alive. */
function isWhole(array: FloatData): boolean {
  return array.byteLength === array.buffer.byteLength;
}
