import { type KeyboardEvent, useCallback, useLayoutEffect, useMemo, useRef } from "react";
import { PictureTile } from "./picture-tile.tsx";
import type { SearchFamily } from "./query.ts";
import { neighbour, type Row } from "./rows.ts";
import { allOf, extended, nothingSelected, type Selection, toggled } from "./selection.ts";
import { useGridSize } from "./use-grid-size.ts";
import type { ShownListing } from "./use-listings.ts";
import { type FocusWish, useVirtualRows } from "./use-virtual-rows.ts";
import "./picture-grid.css";

interface PictureGridProps {
  readonly listing: ShownListing;
  readonly name: string;
  readonly family: SearchFamily;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly onOpen: (index: number) => void;
  readonly focus: FocusWish | undefined;
  readonly onDelete: () => void;
}

/** Pictures in squares, of which only those near what is seen are in the document, however many there are. */
export function PictureGrid(props: PictureGridProps): React.JSX.Element {
  const { listing, name, family, selection, onSelect, onOpen, focus, onDelete } = props;
  const grid = useRef<HTMLDivElement>(null);
  const size = useGridSize(grid);
  const { rows, virtualizer, active, goTo } = useVirtualRows({ grid, size, listing, focus });
  const { tiles } = listing;
  const ids = useMemo(() => tiles.map(({ image }) => image.id), [tiles]);
  const latest = useRef({ ids, selection });
  useLayoutEffect(() => {
    latest.current = { ids, selection };
  });
  const select = useCallback(
    (index: number, how: "one" | "range") => {
      const { ids: all, selection: now } = latest.current;
      onSelect(how === "range" ? extended(now, all[index]!, all) : toggled(now, all[index]!));
    },
    [onSelect],
  );
  const press = (event: KeyboardEvent): void => {
    const next = neighbour(rows, active, event.key);
    if (event.key === "a" && (event.ctrlKey || event.metaKey)) onSelect(allOf(ids));
    else if (event.key === "Escape" && selection.ids.size > 0) onSelect(nothingSelected);
    else if (event.key === "Delete" && selection.ids.size > 0) onDelete();
    else if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    else goTo(next);
    event.preventDefault();
  };
  return (
    <div
      ref={grid}
      className="picture-grid"
      role="list"
      aria-label={name}
      aria-busy={listing.state === "loading"}
      data-selecting={selection.ids.size > 0}
      onKeyDown={press}
      style={{ height: virtualizer.getTotalSize(), "--columns": size?.columns ?? 2 } as React.CSSProperties}
    >
      {virtualizer.getVirtualItems().map(({ index, key, start }) => (
        <GridRow key={key} row={rows[index]!} top={start - (size?.top ?? 0)}>
          {(at) => (
            <PictureTile
              key={ids[at]}
              tile={tiles[at]!}
              index={at}
              total={listing.total}
              family={family}
              isSelected={selection.ids.has(ids[at]!)}
              isActive={at === active}
              onOpen={onOpen}
              onSelect={select}
            />
          )}
        </GridRow>
      ))}
    </div>
  );
}

interface GridRowProps {
  readonly row: Row;
  readonly top: number;
  readonly children: (tile: number) => React.ReactNode;
}

function GridRow({ row, top, children }: GridRowProps): React.JSX.Element {
  const style = { transform: `translateY(${top}px)` };
  switch (row.kind) {
    case "tiles":
      return (
        <div className="grid-row" role="presentation" style={style}>
          {Array.from({ length: row.to - row.from }, (_, i) => children(row.from + i))}
        </div>
      );
    case "relevance":
      return (
        <div className="grid-row relevance" role="listitem" style={style}>
          From here on, likely no match
        </div>
      );
    case "loading":
      return <div className="grid-row grid-loading" aria-hidden="true" style={style} />;
  }
}
