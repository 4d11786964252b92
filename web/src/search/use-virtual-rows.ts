import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type Row, rowOf, rowsOf } from "./rows.ts";
import { relevanceEnd } from "./tile.ts";
import { GAP, type GridSize } from "./use-grid-size.ts";
import type { ShownListing } from "./use-listings.ts";

/** What a hit says below its picture. */
const FOOT_HEIGHT = 34;
const RELEVANCE_HEIGHT = 56;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 8;
/** Rows of tiles on their way. */
const NUM_LOADING = 3;

/** The tile to put the focus on; a new object each time. */
export interface FocusWish {
  readonly index: number;
}

interface VirtualRowsOptions {
  readonly grid: RefObject<HTMLDivElement | null>;
  readonly size: GridSize | undefined;
  readonly listing: ShownListing;
  readonly focus: FocusWish | undefined;
}

/** The rows that are in the document, and the tile among all that has, or last had, the focus. */
export function useVirtualRows({ grid, size, listing, focus }: VirtualRowsOptions) {
  const { tiles, state, more } = listing;
  const { columns = 2, side = 0, top = 0 } = size ?? {};
  const rows = useMemo(() => {
    const numLoading = state === "loading" || state === "resting" ? NUM_LOADING : 0;
    return rowsOf({ numTiles: tiles.length, columns, relevanceEnd: relevanceEnd(tiles), numLoading });
  }, [tiles, columns, state]);
  const isRanked = tiles[0]?.similarity !== undefined;
  const [wanted, setWanted] = useState({ index: 0, isFocus: false });
  const active = Math.min(wanted.index, Math.max(0, tiles.length - 1));
  const activeRow = rowOf(rows, active);
  const virtualizer = useWindowVirtualizer({
    count: size ? rows.length : 0,
    estimateSize: (i) => heightOf(rows[i]!, side, isRanked),
    gap: GAP,
    overscan: 3,
    scrollMargin: top,
    // The focus must not be lost when somebody scrolls by other means than keys.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return activeRow === undefined || shown.includes(activeRow) ? shown : [...shown, activeRow].sort((a, b) => a - b);
    },
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rows, side, isRanked]);
  const lastShown = virtualizer.range?.endIndex ?? 0;
  useEffect(() => {
    if (state === "resting" && tiles.length > 0 && lastShown >= rows.length - NUM_LOADING - AHEAD) more();
  }, [state, tiles.length, lastShown, rows.length, more]);
  const goTo = useCallback((index: number) => setWanted({ index, isFocus: true }), []);
  useEffect(() => {
    if (focus) goTo(focus.index);
  }, [focus, goTo]);
  const reveal = (): void => {
    if (activeRow !== undefined) virtualizer.scrollToIndex(activeRow, { align: "auto" });
  };
  useFocus(grid, { wanted, active, reveal });
  return { rows, virtualizer, active, goTo };
}

interface FocusOptions {
  readonly wanted: { readonly isFocus: boolean };
  readonly active: number;
  readonly reveal: () => void;
}

/** Puts the focus on the wanted tile, once it is in the document. */
function useFocus(grid: VirtualRowsOptions["grid"], { wanted, active, reveal }: FocusOptions): void {
  const done = useRef<unknown>(undefined);
  useEffect(() => {
    if (!wanted.isFocus || done.current === wanted) return;
    const button = grid.current?.querySelector<HTMLElement>(`[data-tile="${active}"] .tile-open`);
    if (!button) return reveal();
    done.current = wanted;
    button.focus();
  });
}

function heightOf(row: Row, side: number, isRanked: boolean): number {
  if (row.kind === "relevance") return RELEVANCE_HEIGHT;
  return side + (isRanked ? FOOT_HEIGHT : 0);
}
