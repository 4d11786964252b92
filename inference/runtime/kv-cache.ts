import type { CacheChange, CacheUpdate, DecoderJoin } from "../scheduling/batch.ts";
import { type CacheCapacity, NO_CAPACITY } from "../scheduling/cache-capacity.ts";
import type { PrefixMatch } from "../scheduling/prefix-cache.ts";
import type { CallOutputs } from "../scheduling/program.ts";
import type { SlotMove } from "../scheduling/slots.ts";
import type { FloatData, Tensor } from "../tensor.ts";
import { type CacheShape, emptyArray } from "./cache-shape.ts";
import { Discarded } from "./collect-garbage.ts";
import { CrossMemory } from "./cross-memory.ts";
import { KeptRows } from "./kept-rows.ts";
import { SlotArrays } from "./slot-arrays.ts";
import { copyRows, restrided, slotOf } from "./strides.ts";

/** Where the rows of a pass go: after the `start` rows that the slot has. */
export interface NewRows {
  readonly slot: number;
  readonly start: number;
  readonly count: number;
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

/**
 * So many times the slots × rows that are needed stay in memory when there was need of more: the flood that just ended
 * comes back, and what is kept of a slot is copied when the rest is given back. All of it was within the scheduler's bound.
 */
const MOST_USED = 16;
/** Bytes that are worth 10 ms of a thread that has just become idle, or has fewer sequences than before. */
const MUCH = 2 ** 24;

/**
 * Keys and values of a decoder's sequences in JS memory, for each layer [slots, heads, rows, headDim], fed to the graph
 * without a copy: a pass reads the first slots as they lie, and only the new rows it returns are written. Beside them the
 * memory that cross-attention reads.
 *
 * A masked row still takes part in sums, with weight 0, so whatever lies in one must be finite: rows that no sequence
 * has written are zeros.
 */
export class KVCache {
  readonly shape: CacheShape;
  readonly #watcher: CacheWatcher | undefined;
  readonly #names: readonly string[];
  /** In the order of the names. */
  readonly #past: SlotArrays;
  readonly #memory: CrossMemory;
  readonly #kept: KeptRows;
  readonly #discarded = new Discarded();
  #capacity: CacheCapacity = NO_CAPACITY;
  #isToTrim = false;

  constructor(shape: CacheShape, watcher?: CacheWatcher) {
    [this.shape, this.#watcher] = [shape, watcher];
    this.#names = Array.from({ length: shape.layers }, (_, layer) => [`k.${layer}`, `v.${layer}`]).flat();
    const none = (): FloatData[] => this.#names.map(() => emptyArray(shape.dtype));
    this.#past = new SlotArrays(shape, none(), this.#discarded);
    this.#memory = new CrossMemory(shape, this.#names, none(), this.#discarded);
    this.#kept = new KeptRows(shape);
  }

  get capacity(): CacheCapacity {
    return this.#capacity;
  }

  get bytes(): number {
    return this.#past.bytes + this.#memory.bytes + this.#kept.bytes;
  }

  /**
   * Does as the scheduler decided: moves, keeps and drops, then makes room, then lets sequences begin. Of the memory that
   * these bring it is assumed that nobody else keeps it.
   */
  update({ changes, capacity, joins }: Omit<CacheUpdate, "model">): void {
    for (const change of changes) this.#change(change);
    this.resize(capacity);
    this.#discarded.collectFrom(MUCH);
    for (const join of joins) this.#join(join);
  }

  #change(change: CacheChange): void {
    switch (change.kind) {
      case "move":
        return this.move(change);
      case "keep":
        return this.keep(change);
      case "drop":
        return this.#drop(change.prefix);
    }
  }

  #join({ slot, memory, prefix }: DecoderJoin): void {
    this.begin(slot);
    if (memory !== undefined) this.setMemory(slot, memory);
    if (prefix !== undefined) this.restore(slot, prefix);
  }

  /** Makes room or gives it back, keeping what is there as far as it has a place. */
  resize(capacity: CacheCapacity): void {
    const { slots, rows, memoryRows } = capacity;
    if (slots !== this.#capacity.slots || rows !== this.#capacity.rows || this.#isToTrim) {
      // The memory's rows count for the same bound: beside them no others stay than are needed.
      const isStrict = memoryRows > 0 || this.#isToTrim;
      this.#past.resize({ slots, rows }, slots * rows * (isStrict ? 1 : MOST_USED));
      this.#isToTrim = false;
      this.#watcher?.resized("past");
    }
    if (this.#memory.resize(slots, memoryRows)) this.#watcher?.resized("memory");
    this.#capacity = capacity;
  }

  move(move: SlotMove): void {
    const count = Math.max(this.#past.written(move.from), this.#past.written(move.to));
    this.#past.move(move);
    this.#memory.move(move);
    this.#watcher?.wrote("past", { slot: move.to, start: 0, count });
    this.#watcher?.wrote("memory", { slot: move.to, start: 0, count: this.#capacity.memoryRows });
  }

  /** Empties a slot for a sequence that begins, whoever had it before. */
  begin(slot: number): void {
    const count = this.#past.written(slot);
    this.#past.clear(slot);
    this.#watcher?.wrote("past", { slot, start: 0, count });
  }

  /** Writes memory_k.N, memory_v.N [heads, memory, headDim] and, where there is one, memory_mask [memory]. */
  setMemory(slot: number, outputs: CallOutputs): void {
    this.#memory.set(slot, outputs);
    this.#watcher?.wrote("memory", { slot, start: 0, count: this.#capacity.memoryRows });
  }

  /** Copies the first rows of a slot aside. */
  keep({ prefix, slot, rows }: { readonly prefix: number; readonly slot: number; readonly rows: number }): void {
    this.#kept.keep(prefix, rows, this.#past.slots(slot), this.#capacity.rows);
  }

  #drop(prefix: number): void {
    for (const copy of this.#kept.drop(prefix)) this.#discarded.add(copy);
  }

  /** Writes the first rows of what was kept to a slot. */
  restore(slot: number, { prefix, rows }: PrefixMatch): void {
    this.#kept.restore(prefix, rows, this.#past.slots(slot), this.#capacity.rows);
    this.#wrote({ slot, start: 0, count: rows });
  }

  /** Writes the first `count` of the rows that a pass returned for one of its entries, k.N, v.N [batch, heads, rows, headDim]. */
  append({ slot, start, count }: NewRows, { entry, outputs }: FreshRows): void {
    this.#past.slots(slot).forEach((data, i) => {
      const fresh = outputs[this.#names[i]!]!;
      const source = slotOf(fresh.data as FloatData, entry, fresh.dims[0]!);
      const into = { data, capacity: this.#capacity.rows, start };
      copyRows({ data: source, capacity: fresh.dims[2]! }, into, count, this.shape);
      // A prompt's rows are large; of single ones V8 itself knows when they are many.
      if (count > 1) this.#discarded.add(source);
    });
    this.#wrote({ slot, start, count });
  }

  #wrote(rows: NewRows): void {
    this.#past.wrote(rows.slot, rows.start + rows.count);
    this.#watcher?.wrote("past", rows);
  }

  /** Graph inputs for `batch` slots from `first` on: all rows as they lie, or copies of the first `rows`. */
  inputs(first: number, batch: number, rows = this.#capacity.rows): Record<string, Tensor> {
    const { heads, headDim } = this.shape;
    const capacity = this.#capacity.rows;
    const lengths = { from: capacity * headDim, to: rows * headDim, count: batch * heads, fill: 0 };
    const entries = this.#past.slots(first, batch).map((lent, i) => {
      const data = rows === capacity ? lent : restrided(lent, lengths);
      return [`past_${this.#names[i]!}`, { dims: [batch, heads, rows, headDim], data }] as const;
    });
    return { ...Object.fromEntries(entries), ...this.#memory.inputs(first, batch) };
  }

  /** With its next update it gives memory back that there was need of before. */
  trim(): void {
    this.#isToTrim = true;
  }

  /** Gives all memory back. */
  clear(): void {
    this.resize(NO_CAPACITY);
    this.#kept.clear();
  }
}
