import { InferenceError } from "../errors.ts";

/** A slot whose content the cache must copy, and where to. */
export interface SlotMove {
  readonly from: number;
  readonly to: number;
}

/** What a sequence may come to need in the cache. */
export interface Reservation {
  readonly rows: number;
  readonly memoryRows: number;
}

/**
 * Who sits where in one decoder's KV cache. Slots in use are always 0 … n−1, so that a pass takes the front of the cache
 * without a copy; when one in the middle is given back, the last moves into the hole:
 *
 *     slots   A B C D          release(1)         A D C
 *             0 1 2 3     →  move 3 → 1      →    0 1 2
 *
 * Every slot is as long as the longest, so the bound is slots × longest, reserved at admission.
 */
export class Slots {
  readonly maxSlots: number;
  readonly maxRows: number;
  readonly #taken: Reservation[] = [];

  constructor(options: { readonly maxSlots: number; readonly maxRows: number }) {
    this.maxSlots = options.maxSlots;
    this.maxRows = options.maxRows;
  }

  get used(): number {
    return this.#taken.length;
  }

  /** What the longest of those that have a slot reserved. */
  get longest(): Reservation {
    return longest(this.#taken);
  }

  /** Throws if the reservation could never be met, however long it waited. */
  assertPossible({ rows, memoryRows }: Reservation): void {
    if (rows + memoryRows <= this.maxRows) return;
    throw new InferenceError(
      "BAD_USER_INPUT",
      `This request can need ${rows} cached tokens beside ${memoryRows} of the picture, and the cache holds ${this.maxRows}: ask for fewer tokens, beams or choices.`,
    );
  }

  /** A slot, or undefined while there is no room. */
  take(reservation: Reservation): number | undefined {
    const all = [...this.#taken, reservation];
    const { rows, memoryRows } = longest(all);
    if (all.length > this.maxSlots || all.length * (rows + memoryRows) > this.maxRows) return undefined;
    return this.#taken.push(reservation) - 1;
  }

  /** Gives the slot back; the move, if any, puts the last sequence into it. */
  release(slot: number): SlotMove | undefined {
    const last = this.#taken.pop()!;
    const from = this.#taken.length;
    if (slot === from) return undefined;
    this.#taken[slot] = last;
    return { from, to: slot };
  }
}

function longest(reservations: readonly Reservation[]): Reservation {
  return {
    rows: Math.max(0, ...reservations.map(({ rows }) => rows)),
    memoryRows: Math.max(0, ...reservations.map(({ memoryRows }) => memoryRows)),
  };
}
