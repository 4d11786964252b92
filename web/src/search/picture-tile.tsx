import { memo } from "react";
import { Link } from "../components/link.tsx";
import { addressOf, type SearchFamily } from "./query.ts";
import { Thumbnail } from "./thumbnail.tsx";
import { altOf, type Tile } from "./tile.ts";

interface PictureTileProps {
  readonly tile: Tile;
  readonly index: number;
  /** How many there are, where that is known. */
  readonly total: number | undefined;
  readonly family: SearchFamily;
  readonly isSelected: boolean;
  /** Whether the Tab key leads to it: to one of the grid's. */
  readonly isActive: boolean;
  readonly onOpen: (index: number) => void;
  readonly onSelect: (index: number, how: "one" | "range") => void;
}

/** A picture in the grid: it opens, can be chosen, and leads to others like it. */
export const PictureTile = memo(function PictureTile(props: PictureTileProps): React.JSX.Element {
  const { tile, index, total, family, isSelected, isActive, onOpen, onSelect } = props;
  const { image } = tile;
  const tabIndex = isActive ? 0 : -1;
  return (
    <div
      className="tile"
      role="listitem"
      aria-posinset={index + 1}
      aria-setsize={total ?? -1}
      data-tile={index}
      data-selected={isSelected}
    >
      <button
        type="button"
        className="tile-open"
        tabIndex={tabIndex}
        onClick={({ shiftKey }) => (shiftKey ? onSelect(index, "range") : onOpen(index))}
      >
        <Thumbnail src={image.thumbnail} alt={altOf(image)} />
      </button>
      <input
        type="checkbox"
        className="tile-check"
        aria-label={`Select ${altOf(image)}`}
        tabIndex={tabIndex}
        checked={isSelected}
        onChange={({ nativeEvent }) => onSelect(index, (nativeEvent as MouseEvent).shiftKey ? "range" : "one")}
      />
      <div className="tile-foot">
        {tile.similarity !== undefined && <Fit tile={tile} />}
        <Link
          className="tile-similar"
          to={addressOf({ subject: { kind: "similar", id: image.id }, family })}
          tabIndex={tabIndex}
          aria-label={`Similar to ${altOf(image)}`}
        >
          Similar
        </Link>
      </div>
    </div>
  );
});

/** How well it fits: the cosine as a bar, and where the model looked closer, how likely it is to belong to the words. */
function Fit({ tile: { similarity = 0, probability } }: { readonly tile: Tile }): React.JSX.Element {
  return (
    <>
      <span className="tile-bar" aria-hidden="true">
        <span style={{ width: `${Math.max(0, Math.min(1, similarity)) * 100}%` }} />
      </span>
      <span className="tile-fit">
        {probability === undefined ? `similarity ${similarity.toFixed(2)}` : `match ${percent(probability)}`}
      </span>
      {probability !== undefined && <span className="visually-hidden">, similarity {similarity.toFixed(2)}</span>}
    </>
  );
}

/** 97 %; never 0 % nor 100 % of what is not quite so. */
function percent(share: number): string {
  if (share < 0.01) return "< 1 %";
  return share > 0.99 ? "> 99 %" : `${Math.round(share * 100)} %`;
}
