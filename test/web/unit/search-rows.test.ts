import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Layout, neighbour, rowOf, rowsOf } from "../../../web/src/search/rows.ts";

const layout: fc.Arbitrary<Layout> = fc
  .record({ numTiles: fc.nat(200), columns: fc.integer({ min: 2, max: 9 }), numLoading: fc.nat(3) })
  .chain((each) =>
    fc.option(fc.nat(each.numTiles), { nil: undefined }).map((relevanceEnd) => ({ ...each, relevanceEnd })),
  );

describe("the rows of the grid", () => {
  it("show every tile once, in order, none of them with more than there are columns", () => {
    fc.assert(
      fc.property(layout, (each) => {
        const tiles = rowsOf(each).flatMap((row) => {
          if (row.kind !== "tiles") return [];
          expect(row.to - row.from).toBeLessThanOrEqual(each.columns);
          return Array.from({ length: row.to - row.from }, (_, i) => row.from + i);
        });
        expect(tiles).toEqual(Array.from({ length: each.numTiles }, (_, i) => i));
      }),
    );
  });

  it("are divided where relevance ends", () => {
    expect(rowsOf({ numTiles: 5, columns: 3, relevanceEnd: 1, numLoading: 1 })).toEqual([
      { kind: "tiles", from: 0, to: 1 },
      { kind: "relevance" },
      { kind: "tiles", from: 1, to: 4 },
      { kind: "tiles", from: 4, to: 5 },
      { kind: "loading" },
    ]);
  });

  it("tell in which of them a tile stands, if in any", () => {
    const rows = rowsOf({ numTiles: 5, columns: 3, relevanceEnd: 1, numLoading: 1 });
    expect([0, 1, 4, 5].map((tile) => rowOf(rows, tile))).toEqual([0, 2, 3, undefined]);
  });
});

describe("the arrow keys", () => {
  const rows = rowsOf({ numTiles: 8, columns: 3, relevanceEnd: 2, numLoading: 1 });

  it.each([
    [0, "ArrowRight", 1],
    [0, "ArrowLeft", 0],
    [1, "ArrowDown", 3],
    [3, "ArrowUp", 1],
    [4, "ArrowUp", 1],
    [4, "ArrowDown", 7],
    [7, "ArrowDown", 7],
    [7, "ArrowRight", 7],
    [3, "Home", 0],
    [3, "End", 7],
    [3, "Tab", undefined],
  ])("from %i by %s to %o", (from, key, to) => expect(neighbour(rows, from, key)).toBe(to));

  it("lead to a tile that is there, and down is undone by up, or by a short row", () => {
    fc.assert(
      fc.property(layout, fc.nat(), (each, seed) => {
        fc.pre(each.numTiles > 0);
        const [laid, from] = [rowsOf(each), seed % each.numTiles];
        const down = neighbour(laid, from, "ArrowDown")!;
        expect(rowOf(laid, down)).toBeGreaterThanOrEqual(rowOf(laid, from)!);
        const up = neighbour(laid, down, "ArrowUp")!;
        if (down !== from) expect(up).toBeLessThanOrEqual(from);
      }),
    );
  });
});
