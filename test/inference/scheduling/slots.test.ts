import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Reservation, Slots } from "../../../inference/scheduling/slots.ts";

const reservation = fc.record({ rows: fc.integer({ min: 1, max: 9 }), memoryRows: fc.nat(5) });
const step = fc.oneof(fc.record({ take: reservation }), fc.record({ release: fc.nat(9) }));

describe("Slots", () => {
  it("keep the front of the cache full and within its bound, and say what to move", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(60), fc.array(step, { maxLength: 40 }), staysCompact));
  });

  it("let in what fits alone, and refuse what never will", () => {
    const slots = new Slots({ maxSlots: 3, maxRows: 10 });
    expect(() => slots.assertPossible({ rows: 7, memoryRows: 3 })).not.toThrow();
    expect(() => slots.assertPossible({ rows: 7, memoryRows: 4 })).toThrow(/can need 7 cached tokens beside 4/);
    expect(slots.take({ rows: 7, memoryRows: 3 })).toBe(0);
    expect(slots.take({ rows: 1, memoryRows: 0 })).toBeUndefined();
  });

  it("count every slot as long as the longest", () => {
    const slots = new Slots({ maxSlots: 9, maxRows: 24 });
    expect([5, 3, 8, 1].map((rows) => slots.take({ rows, memoryRows: 0 }))).toEqual([0, 1, 2, undefined]);
    expect(slots.longest).toEqual({ rows: 8, memoryRows: 0 });
  });
});

function staysCompact(maxSlots: number, maxRows: number, steps: ({ take: Reservation } | { release: number })[]): void {
  const slots = new Slots({ maxSlots, maxRows });
  const held: Reservation[] = [];
  for (const step of steps) {
    if ("take" in step) takeOne(slots, held, step.take);
    else if (held.length > 0) releaseOne(slots, held, step.release % held.length);
    expect(slots.used).toBe(held.length);
    expect(bound(held)).toBeLessThanOrEqual(maxRows);
  }
}

function takeOne(slots: Slots, held: Reservation[], reservation: Reservation): void {
  const slot = slots.take(reservation);
  const fits = held.length < slots.maxSlots && bound([...held, reservation]) <= slots.maxRows;
  expect(slot).toBe(fits ? held.length : undefined);
  if (fits) held.push(reservation);
}

function releaseOne(slots: Slots, held: Reservation[], slot: number): void {
  const move = slots.release(slot);
  const last = held.length - 1;
  expect(move).toEqual(slot === last ? undefined : { from: last, to: slot });
  held[slot] = held[last]!;
  held.pop();
}

function bound(held: readonly Reservation[]): number {
  const longest =
    Math.max(0, ...held.map(({ rows }) => rows)) + Math.max(0, ...held.map(({ memoryRows }) => memoryRows));
  return held.length * longest;
}
