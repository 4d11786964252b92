import { type RefObject, useLayoutEffect, useState } from "react";

const MIN_TILE = 164;
export const GAP = 12;

export interface GridSize {
  readonly columns: number;
  /** Of a tile's side, in pixels. */
  readonly side: number;
  /** Where the grid begins on the page, in pixels. */
  readonly top: number;
}

/** How many tiles stand side by side in an element, and how large; 2 at least. Undefined before it is first drawn. */
export function useGridSize(element: RefObject<HTMLElement | null>): GridSize | undefined {
  const [size, setSize] = useState<GridSize>();
  useLayoutEffect(() => {
    const measure = (): void => setSize((last) => unlessEqual(last, sizeOf(element.current!)));
    const observer = new ResizeObserver(measure);
    observer.observe(element.current!);
    // What stands above the grid moves it.
    observer.observe(document.body);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return size;
}

function sizeOf(element: HTMLElement): GridSize {
  const { width, top } = element.getBoundingClientRect();
  const columns = Math.max(2, Math.floor((width + GAP) / (MIN_TILE + GAP)));
  return { columns, side: (width - GAP * (columns - 1)) / columns, top: Math.round(top + window.scrollY) };
}

function unlessEqual(last: GridSize | undefined, next: GridSize): GridSize {
  const isSame = last?.columns === next.columns && last.side === next.side && last.top === next.top;
  return isSame ? last : next;
}
