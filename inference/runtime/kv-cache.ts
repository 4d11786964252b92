import type { SlotMove } from "../scheduling/slots.ts";
import type { CallOutputs } from "../scheduling/program.ts";
import type { Tensor } from "../tensor.ts";

export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headDim: number;
}

/** What a masked score is added to; large enough that its exponential is 0 in float32. */
export const MASKED = -1e30;

/**
 * Keys and values of a decoder's sequences in JS memory, for each layer [slots, heads, rows, headDim], fed to the graph
 * without a copy: a pass reads the first slots as they lie, and only the new rows it returns are written. Beside them the
 * memory that cross-attention reads, [slots, heads, memory, headDim], written once when a sequence joins.
 *
 * Capacity grows by doubling (slots, rows) or to the longest (memory), and is given back by `clear` when nothing runs.
 */
export class KVCache {
  readonly shape: CacheShape;
  #slots = 0;
  #rows = 0;
  #memoryRows = 0;
  /** k and v of each layer: k.0, v.0, k.1, … */
  #past: Float32Array[] = [];
  #memory: Float32Array[] = [];
  #memoryMask: Float32Array = new Float32Array();

  constructor(shape: CacheShape) {
    this.shape = shape;
  }

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    const arrays = [...this.#past, ...this.#memory, this.#memoryMask];
    return arrays.reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Makes room, keeping what is there. */
  fit(need: { readonly slots: number; readonly rows: number; readonly memoryRows: number }): void {
    const slots = Math.max(this.#slots, powerOfTwo(need.slots));
    const rows = Math.max(this.#rows, powerOfTwo(Math.max(need.rows, 16)));
    const memoryRows = Math.max(this.#memoryRows, need.memoryRows);
    if (slots === this.#slots && rows === this.#rows && memoryRows === this.#memoryRows) return;
    this.#past = this.#grown(this.#past, { slots, from: this.#rows, to: rows });
    this.#memory = this.#grown(this.#memory, { slots, from: this.#memoryRows, to: memoryRows });
    this.#memoryMask = restride(this.#memoryMask, { from: this.#memoryRows, to: memoryRows, count: slots, fill: MASKED });
    [this.#slots, this.#rows, this.#memoryRows] = [slots, rows, memoryRows];
  }

  move({ from, to }: SlotMove): void {
    for (const past of this.#past) copySlot(past, this.#slots, from, to);
    for (const memory of this.#memory) copySlot(memory, this.#slots, from, to);
    copySlot(this.#memoryMask, this.#slots, from, to);
  }

  /** Writes memory_k.N, memory_v.N [heads, memory, headDim] and, where there is one, memory_mask [memory]. */
  setMemory(slot: number, outputs: CallOutputs): void {
    const length = outputs["memory_k.0"]!.dims[1]!;
    for (let i = 0; i < this.#memory.length; i++) {
      const source = outputs[`memory_${name(i)}`]!.data as Float32Array;
      this.#scatter(this.#memory[i]!, { slot, start: 0, capacity: this.#memoryRows, source, sourceRows: length, count: length });
    }
    const mask = this.#memoryMask.subarray(slot * this.#memoryRows, (slot + 1) * this.#memoryRows);
    mask.fill(0, 0, length).fill(MASKED, length);
    if (outputs["memory_mask"] !== undefined) mask.set(outputs["memory_mask"].data as Float32Array);
  }

  /** Writes the first `count` of the rows that a pass returned for the slot, k.N, v.N [batch, heads, rows, headDim]. */
  append(slot: number, start: number, count: number, fresh: Readonly<Record<string, Tensor>>): void {
    const { heads, headDim } = this.shape;
    for (let i = 0; i < this.#past.length; i++) {
      const { dims, data } = fresh[name(i)]!;
      const sourceRows = dims[2]!;
      const size = heads * sourceRows * headDim;
      const source = (data as Float32Array).subarray(slot * size, (slot + 1) * size);
      this.#scatter(this.#past[i]!, { slot, start, capacity: this.#rows, source, sourceRows, count });
    }
  }

  /** Graph inputs for the first `batch` slots. */
  inputs(batch: number): Record<string, Tensor> {
    const { heads, headDim } = this.shape;
    const inputs: Record<string, Tensor> = {};
    const add = (key: string, array: Float32Array, rows: number): void => {
      const size = batch * heads * rows * headDim;
      inputs[key] = { dims: [batch, heads, rows, headDim], data: array.subarray(0, size) };
    };
    this.#past.forEach((array, i) => add(`past_${name(i)}`, array, this.#rows));
    if (this.#memoryRows === 0) return inputs;
    this.#memory.forEach((array, i) => add(`memory_${name(i)}`, array, this.#memoryRows));
    const data = this.#memoryMask.subarray(0, batch * this.#memoryRows);
    return { ...inputs, memory_mask: { dims: [batch, 1, 1, this.#memoryRows], data } };
  }

  /** Gives all memory back. */
  clear(): void {
    [this.#slots, this.#rows, this.#memoryRows] = [0, 0, 0];
    [this.#past, this.#memory, this.#memoryMask] = [[], [], new Float32Array()];
  }

  #grown(arrays: readonly Float32Array[], { slots, from, to }: { slots: number; from: number; to: number }): Float32Array[] {
    const { layers, heads, headDim } = this.shape;
    const count = slots * heads;
    return Array.from({ length: 2 * layers }, (_, i) =>
      restride(arrays[i] ?? new Float32Array(), { from: from * headDim, to: to * headDim, count, fill: 0 }),
    );
  }

  /** Copies the first rows of each head from [heads, sourceRows, headDim] to rows start … of a slot. */
  #scatter(
    target: Float32Array,
    part: { slot: number; start: number; capacity: number; source: Float32Array; sourceRows: number; count: number },
  ): void {
    const { heads, headDim } = this.shape;
    for (let head = 0; head < heads; head++) {
      const from = head * part.sourceRows * headDim;
      const to = ((part.slot * heads + head) * part.capacity + part.start) * headDim;
      target.set(part.source.subarray(from, from + part.count * headDim), to);
    }
  }
}

/** Array 2n is layer n's keys, 2n + 1 its values. */
function name(index: number): string {
  return `${index % 2 === 0 ? "k" : "v"}.${index >> 1}`;
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, atLeast)));
}

/** `count` runs of length `to`, each beginning with the run of length `from` that stood there before. */
function restride(
  old: Float32Array,
  { from, to, count, fill }: { from: number; to: number; count: number; fill: number },
): Float32Array {
  const grown = new Float32Array(to * count);
  if (fill !== 0) grown.fill(fill);
  const runs = from === 0 ? 0 : old.length / from;
  for (let i = 0; i < runs; i++) grown.set(old.subarray(i * from, (i + 1) * from), i * to);
  return grown;
}

function copySlot(array: Float32Array, slots: number, from: number, to: number): void {
  const size = array.length / slots;
  array.copyWithin(to * size, from * size, (from + 1) * size);
}
