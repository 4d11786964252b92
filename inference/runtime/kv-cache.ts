import type { CacheChange, CacheUpdate, DecoderJoin } from "../scheduling/batch.ts";
import { type CacheCapacity, NO_CAPACITY } from "../scheduling/cache-capacity.ts";
import type { PrefixMatch } from "../scheduling/prefix-cache.ts";
import type { CallOutputs } from "../scheduling/program.ts";
import type { SlotMove } from "../scheduling/slots.ts";
import type { CacheDtype } from "../onnx/target.ts";
import type { FloatData, Tensor } from "../tensor.ts";
import { restrided } from "./strides.ts";

export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headDim: number;
  /** Of keys and values, those of the memory too. */
  readonly dtype: CacheDtype;
}

/** Where the rows of a pass go: after the `start` rows that the slot has. */
export interface NewRows {
  readonly slot: number;
  readonly start: number;
  readonly count: number;
}

/** Rows aside, each array [heads, rows, headDim]. */
interface KeptRows {
  readonly rows: number;
  readonly copies: readonly FloatData[];
}

/** Told of what is written, for whoever keeps a copy: of keys and values of the past, or of the memory. */
export interface CacheWatcher {
  /** All arrays are others than before. */
  resized(arrays: "past" | "memory"): void;
  wrote(arrays: "past" | "memory", rows: NewRows): void;
}

/** The outputs of a pass, and whose of them. */
export interface FreshRows {
  readonly entry: number;
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** What a masked score is added to; large enough that its exponential is 0 in float32. */
export const MASKED = -1e30;

/**
 * Keys and values of a decoder's sequences in JS memory, for each layer [slots, heads, rows, headDim], fed to the graph
 * without a copy: a pass reads the first slots as they lie, and only the new rows it returns are written. Beside them the
 * memory that cross-attention reads, [slots, heads, memory, headDim], written once when a sequence joins.
 *
 * A masked row still takes part in sums, with weight 0, so whatever lies in one must be finite: rows that no sequence
 * has written are zeros.
 */
export class KVCache {
  readonly shape: CacheShape;
  readonly #watcher: CacheWatcher | undefined;
  #capacity: CacheCapacity = NO_CAPACITY;
  /** k and v of each layer: k.0, v.0, k.1, … */
  readonly #past: FloatData[];
  readonly #memory: FloatData[];
  #memoryMask: Float32Array = new Float32Array();
  readonly #kept = new Map<number, KeptRows>();

  constructor(shape: CacheShape, watcher?: CacheWatcher) {
    [this.shape, this.#watcher] = [shape, watcher];
    const none = Array.from({ length: 2 * shape.layers }, () => new arrays[shape.dtype]());
    [this.#past, this.#memory] = [none, [...none]];
  }

  get capacity(): CacheCapacity {
    return this.#capacity;
  }

  get bytes(): number {
    const kept = [...this.#kept.values()].flatMap(({ copies }) => copies);
    const arrays = [...this.#past, ...this.#memory, this.#memoryMask, ...kept];
    return arrays.reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Does as the scheduler decided: moves, keeps and drops, then makes room, then lets sequences begin. */
  update({ changes, capacity, joins }: Omit<CacheUpdate, "model">): void {
    for (const change of changes) this.#change(change);
    this.resize(capacity);
    for (const join of joins) this.#join(join);
  }

  #change(change: CacheChange): void {
    switch (change.kind) {
      case "move":
        return this.move(change);
      case "keep":
        return this.keep(change);
      case "drop":
        return void this.#kept.delete(change.prefix);
    }
  }

  #join({ slot, memory, prefix }: DecoderJoin): void {
    this.begin(slot);
    if (memory !== undefined) this.setMemory(slot, memory);
    if (prefix !== undefined) this.restore(slot, prefix);
  }

  /** Makes room or gives it back, keeping what is there as far as it has a place. */
  resize({ slots, rows, memoryRows }: CacheCapacity): void {
    const { heads, headDim } = this.shape;
    const from = this.#capacity;
    const resizeAll = (kind: "past" | "memory", old: number, now: number): void => {
      if (slots === from.slots && old === now) return;
      this.#watcher?.resized(kind);
      const arrays = kind === "past" ? this.#past : this.#memory;
      const lengths = { from: old * headDim, to: now * headDim, count: slots * heads, fill: 0 };
      for (let i = 0; i < arrays.length; i++) arrays[i] = restrided(arrays[i]!, lengths);
    };
    resizeAll("past", from.rows, rows);
    resizeAll("memory", from.memoryRows, memoryRows);
    if (slots !== from.slots || memoryRows !== from.memoryRows) {
      const lengths = { from: from.memoryRows, to: memoryRows, count: slots, fill: MASKED };
      this.#memoryMask = restrided(this.#memoryMask, lengths);
    }
    this.#capacity = { slots, rows, memoryRows };
  }

  move({ from, to }: SlotMove): void {
    for (const array of [...this.#past, ...this.#memory, this.#memoryMask]) {
      const size = array.length / this.#capacity.slots;
      array.copyWithin(to * size, from * size, (from + 1) * size);
    }
    this.#watcher?.wrote("past", { slot: to, start: 0, count: this.#capacity.rows });
    this.#watcher?.wrote("memory", { slot: to, start: 0, count: this.#capacity.memoryRows });
  }

  /** Empties a slot for a sequence that begins, whoever had it before. */
  begin(slot: number): void {
    for (const array of this.#past) this.#slot(array, slot).fill(0);
    this.#watcher?.wrote("past", { slot, start: 0, count: this.#capacity.rows });
  }

  /** Writes memory_k.N, memory_v.N [heads, memory, headDim] and, where there is one, memory_mask [memory]. */
  setMemory(slot: number, outputs: CallOutputs): void {
    const { memoryRows } = this.#capacity;
    const length = outputs["memory_k.0"]!.dims[1]!;
    this.#memory.forEach((array, i) => {
      if (length < memoryRows) this.#slot(array, slot).fill(0);
      const source = outputs[`memory_${name(i)}`]!.data as FloatData;
      this.#scatter(source, length, { array, slot, capacity: memoryRows, start: 0, count: length });
    });
    this.#watcher?.wrote("memory", { slot, start: 0, count: memoryRows });
    const mask = this.#slot(this.#memoryMask, slot).fill(0, 0, length).fill(MASKED, length);
    if (outputs.memory_mask !== undefined) mask.set(outputs.memory_mask.data as Float32Array);
  }

  /** Copies the first rows of a slot aside. */
  keep({ prefix, slot, rows }: { readonly prefix: number; readonly slot: number; readonly rows: number }): void {
    const [from, to] = [this.#capacity.rows * this.shape.headDim, rows * this.shape.headDim];
    const runs = { from, to, count: this.shape.heads, fill: 0 };
    const copies = this.#past.map((array) => restrided(this.#slot(array, slot), runs));
    this.#kept.set(prefix, { rows, copies });
  }

  /** Writes the first rows of what was kept to a slot. */
  restore(slot: number, { prefix, rows: count }: PrefixMatch): void {
    const { rows, copies } = this.#kept.get(prefix)!;
    const { rows: capacity } = this.#capacity;
    this.#past.forEach((array, i) => this.#scatter(copies[i]!, rows, { array, slot, capacity, start: 0, count }));
    this.#watcher?.wrote("past", { slot, start: 0, count });
  }

  /** Writes the first `count` of the rows that a pass returned for one of its entries, k.N, v.N [batch, heads, rows, headDim]. */
  append({ slot, start, count }: NewRows, fresh: FreshRows): void {
    this.#watcher?.wrote("past", { slot, start, count });
    this.#past.forEach((array, i) => {
      const { dims, data } = fresh.outputs[name(i)]!;
      const size = data.length / dims[0]!;
      const source = (data as FloatData).subarray(fresh.entry * size, (fresh.entry + 1) * size);
      this.#scatter(source, dims[2]!, { array, slot, capacity: this.#capacity.rows, start, count });
    });
  }

  /** Graph inputs for `batch` slots from `first` on. */
  inputs(first: number, batch: number): Record<string, Tensor> {
    const { heads, headDim } = this.shape;
    const { slots, rows, memoryRows } = this.#capacity;
    const inputs: Record<string, Tensor> = {};
    const add = (key: string, array: FloatData, dims: readonly number[]): void => {
      const size = array.length / slots;
      inputs[key] = { dims: [batch, ...dims], data: array.subarray(first * size, (first + batch) * size) };
    };
    this.#past.forEach((array, i) => add(`past_${name(i)}`, array, [heads, rows, headDim]));
    if (memoryRows === 0) return inputs;
    this.#memory.forEach((array, i) => add(`memory_${name(i)}`, array, [heads, memoryRows, headDim]));
    add("memory_mask", this.#memoryMask, [1, 1, memoryRows]);
    return inputs;
  }

  /** Gives all memory back. */
  clear(): void {
    this.resize(NO_CAPACITY);
    this.#kept.clear();
  }

  #slot<T extends FloatData>(array: T, slot: number): T {
    const size = array.length / this.#capacity.slots;
    return array.subarray(slot * size, (slot + 1) * size) as T;
  }

  /** Copies the first `count` rows of each head from [heads, sourceRows, headDim] to rows start … of a slot. */
  #scatter(
    source: FloatData,
    sourceRows: number,
    target: { array: FloatData; slot: number; capacity: number; start: number; count: number },
  ): void {
    const { heads, headDim } = this.shape;
    for (let head = 0; head < heads; head++) {
      const from = head * sourceRows * headDim;
      const to = ((target.slot * heads + head) * target.capacity + target.start) * headDim;
      target.array.set(source.subarray(from, from + target.count * headDim), to);
    }
  }
}

/** Of a row of a sequence, without what it sees of a memory. */
export function bytesPerRow({ layers, heads, headDim, dtype }: CacheShape): number {
  return 2 * layers * heads * headDim * arrays[dtype].BYTES_PER_ELEMENT;
}

const arrays = { float32: Float32Array, float16: Uint16Array } as const;

/** Array 2n is layer n's keys, 2n + 1 its values. */
function name(index: number): string {
  return `${index % 2 === 0 ? "k" : "v"}.${index >> 1}`;
}
