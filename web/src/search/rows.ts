/** A line of the grid: the tiles from `from` up to, without, `to`; or what stands between them. */
export type Row =
  | { readonly kind: "tiles"; readonly from: number; readonly to: number }
  | { readonly kind: "relevance" }
  | { readonly kind: "loading" };

export interface Layout {
  readonly numTiles: number;
  readonly columns: number;
  /** The first tile after the line where relevance ends. */
  readonly relevanceEnd?: number | undefined;
  /** Rows that hold the place of tiles on their way. */
  readonly numLoading: number;
}

/** The tiles in rows; where relevance ends, a row may be short. */
export function rowsOf({ numTiles, columns, relevanceEnd, numLoading }: Layout): readonly Row[] {
  const loading = Array.from({ length: numLoading }, (): Row => ({ kind: "loading" }));
  const range = (from: number, to: number): readonly Row[] =>
    Array.from({ length: Math.ceil((to - from) / columns) }, (_, i) => {
      const start = from + i * columns;
      return { kind: "tiles", from: start, to: Math.min(to, start + columns) };
    });
  if (relevanceEnd === undefined) return [...range(0, numTiles), ...loading];
  return [...range(0, relevanceEnd), { kind: "relevance" }, ...range(relevanceEnd, numTiles), ...loading];
}

/** The row in which a tile stands; undefined where it stands in none. */
export function rowOf(rows: readonly Row[], tile: number): number | undefined {
  const at = rows.findIndex((row) => row.kind === "tiles" && row.from <= tile && tile < row.to);
  return at < 0 ? undefined : at;
}

/** Where a key leads from a tile; undefined for keys that lead nowhere. */
export function neighbour(rows: readonly Row[], tile: number, key: string): number | undefined {
  const last = rows.reduce((end, row) => (row.kind === "tiles" ? row.to - 1 : end), 0);
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, tile - 1);
    case "ArrowRight":
      return Math.min(last, tile + 1);
    case "ArrowUp":
      return inNextRow(rows.toReversed(), tile);
    case "ArrowDown":
      return inNextRow(rows, tile);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}

/** The tile below it, or the last of a shorter row; itself where there is no row. */
function inNextRow(rows: readonly Row[], tile: number): number {
  const at = rowOf(rows, tile);
  if (at === undefined) return tile;
  const [row, ...others] = rows.slice(at);
  const next = others.find(({ kind }) => kind === "tiles");
  if (row?.kind !== "tiles" || next?.kind !== "tiles") return tile;
  return Math.min(next.from + tile - row.from, next.to - 1);
}
