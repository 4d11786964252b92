import type { Reservation } from "./slots.ts";

/** What a decoder's KV cache is made to hold: slots × (rows + memoryRows). */
export interface CacheCapacity {
  readonly slots: number;
  readonly rows: number;
  readonly memoryRows: number;
}

export const NO_CAPACITY: CacheCapacity = { slots: 0, rows: 0, memoryRows: 0 };

/** Fewer rows than this are not worth growing for. */
const MIN_ROWS = 16;
/**
 * Rows are rounded up to a multiple of this part of the next power of two. A pass reads all rows that there is room for, and
 * growing moves those that are written once: so eight are moved for each that is added, and at most an eighth is read in vain.
 */
const STEPS = 8;

/**
 * The capacity for a pass that uses `slots` slots up to `rows` rows. A pass reads rows as far as the capacity goes, so
 * rows follow the need down as well as up, in steps. Slots in excess cost a pass nothing, so they stay. Neither
 * goes past what was reserved: `reserved` is the longest of the sequences that run, and `bound` what Slots keeps to.
 */
export function fitCapacity(
  current: CacheCapacity,
  need: { readonly slots: number; readonly rows: number },
  { reserved, bound }: { readonly reserved: Reservation; readonly bound: { maxSlots: number; maxRows: number } },
): CacheCapacity {
  const rows = Math.min(reserved.rows, roundedUp(need.rows));
  const { memoryRows } = reserved;
  const mostSlots = Math.min(bound.maxSlots, Math.floor(bound.maxRows / (rows + memoryRows)));
  return { slots: Math.min(mostSlots, Math.max(current.slots, powerOfTwo(need.slots))), rows, memoryRows };
}

function roundedUp(rows: number): number {
  const step = Math.max(MIN_ROWS, powerOfTwo(rows) / STEPS);
  return step * Math.ceil(rows / step);
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast));
}
