import { InferenceError } from "../errors.ts";
import type { DecoderBatch, DecoderEntry } from "./batch.ts";
import { type CacheCapacity, fitCapacity, NO_CAPACITY } from "./cache-capacity.ts";
import { PassStats } from "./load.ts";
import type { CallOutputs } from "./program.ts";
import { type Decoding, numPendingRows, type Sequence } from "./sequence.ts";
import { type Reservation, type SlotMove, Slots } from "./slots.ts";

export interface DecoderLimits {
  readonly maxSequences: number;
  /** Rows of KV cache: slots × (rows + memory rows of the longest). */
  readonly maxCachedRows: number;
  /** New rows of all sequences together in one pass; a long prompt is computed in chunks. */
  readonly maxRowsPerPass: number;
}

/** One model's decoder: sequences wait for a slot, then every pass takes all that run one step on. */
export class DecoderLane {
  readonly kind = "decoder";
  readonly model: string;
  readonly slots: Slots;
  readonly stats = new PassStats();
  /** Turn in which it was served last. */
  served = 0;
  decodedTokens = 0;
  readonly #limits: DecoderLimits;
  readonly #waiting: Sequence[] = [];
  readonly #running: Sequence[] = [];
  #moves: SlotMove[] = [];
  #capacity: CacheCapacity = NO_CAPACITY;

  constructor(model: string, limits: DecoderLimits) {
    this.model = model;
    this.#limits = limits;
    this.slots = new Slots({ maxSlots: limits.maxSequences, maxRows: limits.maxCachedRows });
  }

  get numRunning(): number {
    return this.#running.length;
  }

  get hasWork(): boolean {
    return this.#running.length + this.#waiting.length > 0;
  }

  /** Whether the slots could all be filled anew with what waits. */
  get hasEnoughWaiting(): boolean {
    return this.#waiting.length >= this.#limits.maxSequences;
  }

  /** Throws if the decoding could never run, whatever its memory. */
  assertPossible({ rows, maxRows }: Decoding): void {
    if (rows.length === 0) throw new InferenceError("BAD_USER_INPUT", "There are no tokens to go on from.");
    this.slots.assertPossible({ rows: maxRows, memoryRows: 0 });
  }

  add(sequence: Sequence): void {
    this.slots.assertPossible(reservation(sequence));
    this.#waiting.push(sequence);
  }

  /** The next pass, where there is work: all running sequences, joined by those for which there is room now. */
  next(): DecoderBatch {
    this.#admit();
    const entries = this.#entries();
    this.#capacity = this.#fit(entries);
    const moves = this.#moves;
    this.#moves = [];
    return { kind: "decoder", model: this.model, moves, capacity: this.#capacity, entries };
  }

  /** Takes a sequence out, wherever it is, and gives its slot back. */
  remove(sequence: Sequence): void {
    if (sequence.slot === undefined) this.#removeWaiting(sequence);
    else this.#removeRunning(sequence, sequence.slot);
    if (this.#running.length > 0) return;
    this.#capacity = NO_CAPACITY;
    this.#moves = [];
  }

  #admit(): void {
    for (let sequence = this.#waiting[0]; sequence !== undefined; sequence = this.#waiting[0]) {
      const slot = this.slots.take(reservation(sequence));
      if (slot === undefined) return;
      this.#waiting.shift();
      sequence.slot = slot;
      this.#running.push(sequence);
    }
  }

  /** A pass computes as many rows for each as for the one with most, so all are cut alike. */
  #entries(): DecoderEntry[] {
    const chunk = Math.max(1, Math.floor(this.#limits.maxRowsPerPass / this.#running.length));
    return this.#running.map((sequence) => ({ sequence, numRows: Math.min(numPendingRows(sequence), chunk) }));
  }

  #fit(entries: readonly DecoderEntry[]): CacheCapacity {
    const rows = Math.max(...entries.map(({ sequence, numRows }) => sequence.numComputedRows + numRows));
    const need = { slots: entries.length, rows };
    return fitCapacity(this.#capacity, need, { reserved: this.slots.longest, bound: this.slots });
  }

  #removeWaiting(sequence: Sequence): void {
    const place = this.#waiting.indexOf(sequence);
    if (place >= 0) this.#waiting.splice(place, 1);
  }

  #removeRunning(sequence: Sequence, slot: number): void {
    const move = this.slots.release(slot);
    const last = this.#running.pop()!;
    if (move !== undefined) {
      this.#running[move.to] = last;
      last.slot = move.to;
      this.#moves.push(move);
    }
    sequence.slot = undefined;
  }
}

function reservation({ decoding, memory }: Sequence): Reservation {
  return { rows: decoding.maxRows, memoryRows: memoryRows(memory) };
}

/** Rows that the cross-attention of a sequence sees; memory_k.0 is [heads, memory, headDim]. */
function memoryRows(memory: CallOutputs | undefined): number {
  return memory?.["memory_k.0"]?.dims[1] ?? 0;
}
