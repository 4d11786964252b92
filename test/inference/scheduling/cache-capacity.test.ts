import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitCapacity, NO_CAPACITY } from "../../../inference/scheduling/cache-capacity.ts";

const roomy = { reserved: { rows: 1000, memoryRows: 5 }, bound: { maxSlots: 100, maxRows: 1_000_000 } };

describe("fitCapacity", () => {
  it("rounds up, so that the cache seldom grows", () => {
    expect(fitCapacity(NO_CAPACITY, { slots: 3, rows: 20 }, roomy)).toEqual({ slots: 4, rows: 32, memoryRows: 5 });
    expect(fitCapacity(NO_CAPACITY, { slots: 1, rows: 257 }, roomy)).toEqual({ slots: 1, rows: 320, memoryRows: 5 });
    expect(fitCapacity(NO_CAPACITY, { slots: 1, rows: 1 }, roomy)).toEqual({ slots: 1, rows: 16, memoryRows: 5 });
  });

  it("follows rows down, and keeps the slots", () => {
    const full = { slots: 8, rows: 512, memoryRows: 7 };
    expect(fitCapacity(full, { slots: 2, rows: 30 }, roomy)).toEqual({ slots: 8, rows: 32, memoryRows: 5 });
  });

  it("holds what is needed, and no more than was reserved", () => {
    const small = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        small,
        small,
        fc.nat(40),
        fc.nat(40),
        small,
        fc.nat(8),
        (slots, rows, more, memoryRows, had, spare) => {
          const reserved = { rows: rows + more, memoryRows };
          const maxRows = slots * (reserved.rows + memoryRows) + spare;
          const current = { slots: had, rows: had, memoryRows: had };
          const fitted = fitCapacity(
            current,
            { slots, rows },
            { reserved, bound: { maxSlots: slots + spare, maxRows } },
          );
          expect(fitted.slots * (fitted.rows + fitted.memoryRows)).toBeLessThanOrEqual(maxRows);
          expect(fitted.slots).toBeGreaterThanOrEqual(slots);
          expect(fitted.slots).toBeLessThanOrEqual(slots + spare);
          expect(fitted.rows).toBeGreaterThanOrEqual(rows);
          expect(fitted.memoryRows).toBe(memoryRows);
        },
      ),
    );
  });
});
