import type { CallOutputs } from "../scheduling/program.ts";
import type { SlotMove } from "../scheduling/slots.ts";
import type { FloatData, Tensor } from "../tensor.ts";
import type { Discarded } from "./collect-garbage.ts";
import { alike, copyRows, type HeadShape, moveSlot, replaceAll, restrided, slotOf } from "./strides.ts";

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
  #rows = 0;

  /** `arrays` are empty, one for each name. */
  constructor(shape: HeadShape, names: readonly string[], arrays: FloatData[], discarded: Discarded) {
    [this.#shape, this.#names, this.#arrays, this.#discarded] = [shape, names, arrays, discarded];
  }

  get bytes(): number {
    return [...this.#arrays, this.#mask].reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Whether that made any array another. */
  resize(slots: number, rows: number): boolean {
    if (slots === this.#slots && rows === this.#rows) return false;
    const { heads, headDim } = this.#shape;
    const lengths = { from: this.#rows * headDim, to: rows * headDim, count: slots * heads, fill: 0 };
    replaceAll(this.#arrays, lengths, this.#discarded);
    this.#mask = restrided(this.#mask, { from: this.#rows, to: rows, count: slots, fill: MASKED });
    [this.#slots, this.#rows] = [slots, rows];
    return true;
  }

  move(move: SlotMove): void {
    for (const array of [...this.#arrays, this.#mask]) moveSlot(array, move, this.#slots);
  }

  /** Writes memory_k.N, memory_v.N [heads, memory, headDim] and, where there is one, memory_mask [memory]. */
  set(slot: number, outputs: CallOutputs): void {
    const length = outputs["memory_k.0"]!.dims[1]!;
    const given = this.#names.map((name) => outputs[`memory_${name}`]!.data as FloatData);
    const isTaken = this.#slots === 1 && length === this.#rows && given.every(isWhole);
    if (this.#slots === 1) this.#replace(isTaken ? given : this.#arrays.map((array) => alike(array, array.length)));
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
      const data = slotOf(array, slot, this.#slots);
      if (length < this.#rows) data.fill(0);
      copyRows({ data: given[i]!, capacity: length }, { data, capacity: this.#rows, start: 0 }, length, this.#shape);
      this.#discarded.add(given[i]!);
    });
  }

  /** Graph inputs for `batch` slots from `first` on; none where the model has no memory. */
  inputs(first: number, batch: number): Record<string, Tensor> {
    if (this.#rows === 0) return {};
    const { heads, headDim } = this.#shape;
    const of = <T extends FloatData>(array: T): T => slotOf(array, first, this.#slots, batch);
    const entries = this.#names.map((name, i) => {
      return [`memory_${name}`, { dims: [batch, heads, this.#rows, headDim], data: of(this.#arrays[i]!) }] as const;
    });
    return { ...Object.fromEntries(entries), memory_mask: { dims: [batch, 1, 1, this.#rows], data: of(this.#mask) } };
  }
}

/** It keeps nothing else alive. */
function isWhole(array: FloatData): boolean {
  return array.byteLength === array.buffer.byteLength;
}
