import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Link } from "../components/link.tsx";
import { addressOf, type SearchFamily } from "./query.ts";
import { altOf, byteSizeOf, dateOf, type Tile } from "./tile.ts";
import "./viewer.css";

interface ViewerProps {
  readonly tile: Tile;
  readonly index: number;
  /** How many there are to go through. */
  readonly count: number;
  readonly family: SearchFamily;
  readonly onGo: (index: number) => void;
  readonly onDelete: () => void;
  readonly onClose: () => void;
}

/** A file that is no larger than a copy would be is shown itself: an animation moves then. */
const SMALL_BYTES = 300_000;

/** A picture, large, with what is known of it; the arrow keys lead to the next ones. */
export function Viewer({ tile, index, count, family, onGo, onDelete, onClose }: ViewerProps): React.JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const { image } = tile;
  useEffect(() => {
    if (!dialog.current!.open) dialog.current!.showModal();
  }, []);
  const go = (to: number): void => {
    if (to >= 0 && to < count) onGo(to);
  };
  const press = ({ key, target }: KeyboardEvent): void => {
    if (target instanceof Element && target.closest("dialog") !== dialog.current) return;
    if (key === "ArrowLeft") go(index - 1);
    if (key === "ArrowRight") go(index + 1);
    if (key === "Delete") onDelete();
  };
  return (
    <dialog ref={dialog} className="viewer" aria-label="Picture" onClose={onClose} onKeyDown={press}>
      <div className="viewer-picture">
        <button
          type="button"
          className="button viewer-go"
          aria-label="Previous picture"
          disabled={index === 0}
          onClick={() => go(index - 1)}
        >
          ‹
        </button>
        <ViewedImage key={image.id} image={image} />
        <button
          type="button"
          className="button viewer-go"
          aria-label="Next picture"
          disabled={index === count - 1}
          onClick={() => go(index + 1)}
        >
          ›
        </button>
      </div>
      <div className="viewer-about">
        <div className="viewer-words" aria-live="polite">
          <h2>{altOf(image)}</h2>
          <p className="soft small">
            {image.width} × {image.height} · {byteSizeOf(image.byteSize)} · added{" "}
            <time dateTime={image.createdAt}>{dateOf(image.createdAt)}</time> ·{" "}
            <a href={image.url} target="_blank" rel="noreferrer">
              open the file
            </a>
          </p>
        </div>
        <div className="viewer-deeds">
          <Link className="button small primary" to={`/?${new URLSearchParams({ image: image.id }).toString()}`}>
            Ask about it in Compare
          </Link>
          <Link className="button small" to={addressOf({ subject: { kind: "similar", id: image.id }, family })}>
            Find similar
          </Link>
          <button type="button" className="button small danger" onClick={onDelete}>
            Delete
          </button>
          <button type="button" className="button small" onClick={onClose}>
            Close
          </button>
        </div>
      </div>
    </dialog>
  );
}

/** The picture over its thumbnail, which is there already; the file itself where no copy comes. */
function ViewedImage({ image }: { readonly image: Tile["image"] }): React.JSX.Element {
  const { url, large, thumbnail, byteSize, width, height } = image;
  const [src, setSrc] = useState(byteSize <= SMALL_BYTES ? url : large);
  return (
    <img
      src={src}
      alt={altOf(image)}
      width={width}
      height={height}
      style={{ backgroundImage: `url("${thumbnail}")` }}
      onError={() => setSrc(url)}
    />
  );
}
