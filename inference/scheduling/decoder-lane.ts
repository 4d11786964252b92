import type { DecoderBatch, DecoderEntry } from "./batch.ts";
import type { CallOutputs } from "./program.ts";
import { numPendingRows, type Sequence } from "./sequence.ts";
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
  readonly model: string;
  readonly slots: Slots;
  readonly #limits: DecoderLimits;
  readonly #waiting: Sequence[] = [];
  readonly #running: Sequence[] = [];
  #moves: SlotMove[] = [];

  constructor(model: string, limits: DecoderLimits) {
    this.model = model;
    this.#limits = limits;
    this.slots = new Slots({ maxSlots: limits.maxSequences, maxRows: limits.maxCachedRows });
  }

  get numWaiting(): number {
    return this.#waiting.length;
  }

  get numRunning(): number {
    return this.#running.length;
  }

  add(sequence: Sequence): void {
    this.slots.assertPossible(reservation(sequence));
    this.#waiting.push(sequence);
  }

  /** The next pass: all running sequences, joined by those for which there is room now. */
  next(): DecoderBatch | undefined {
    this.#admit();
    if (this.#running.length === 0) return undefined;
    const chunk = Math.max(1, Math.floor(this.#limits.maxRowsPerPass / this.#running.length));
    const entries = this.#running.map((sequence): DecoderEntry => ({
      sequence,
      numRows: Math.min(numPendingRows(sequence), chunk),
    }));
    const moves = this.#moves;
    this.#moves = [];
    return { kind: "decoder", model: this.model, moves, entries };
  }

  /** Takes a sequence out, wherever it is, and gives its slot back. */
  remove(sequence: Sequence): void {
    if (sequence.slot === undefined) {
      const place = this.#waiting.indexOf(sequence);
      if (place >= 0) this.#waiting.splice(place, 1);
      return;
    }
    const move = this.slots.release(sequence.slot);
    const last = this.#running.pop()!;
    if (move !== undefined) {
      this.#running[move.to] = last;
      last.slot = move.to;
      this.#moves.push(move);
    }
    sequence.slot = undefined;
  }

  #admit(): void {
    for (let sequence = this.#waiting[0]; sequence !== undefined; sequence = this.#waiting[0]) {
      const slot = this.slots.take(sequence.id, reservation(sequence));
      if (slot === undefined) return;
      this.#waiting.shift();
      sequence.slot = slot;
      this.#running.push(sequence);
    }
  }
}

function reservation(sequence: Sequence): Reservation {
  return { rows: sequence.decoding.maxRows, memoryRows: memoryRows(sequence.memory) };
}

/** Rows that the cross-attention of a sequence sees; memory_k.0 is [heads, memory, headDim]. */
export function memoryRows(memory: CallOutputs | undefined): number {
  return memory?.["memory_k.0"]?.dims[1] ?? 0;
}
