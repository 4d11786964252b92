import { useRef } from "react";
import { nameOf, type Picture } from "../picture/picture.ts";
import { PictureView } from "../picture/picture-view.tsx";

interface ThumbnailsProps {
  readonly pictures: readonly Picture[];
  /** Without it, they only show. */
  readonly onRemove?: (picture: Picture) => void;
}

/** Pictures in small, in the order in which they are shown to the model. */
export function Thumbnails({ pictures, onRemove }: ThumbnailsProps): React.JSX.Element | null {
  const list = useRef<HTMLUListElement>(null);
  if (pictures.length === 0) return null;
  const remove = (picture: Picture, i: number): void => {
    focusBeside(list.current, i);
    onRemove?.(picture);
  };
  return (
    <ul ref={list} className="thumbnails" aria-label="Pictures of the question">
      {pictures.map((picture, i) => (
        <li key={keyOf(picture, pictures)}>
          <PictureView picture={picture} />
          {onRemove && (
            <button type="button" aria-label={`Remove ${nameOf(picture)}`} onClick={() => remove(picture, i)}>
              ×
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The same picture may be there twice. */
function keyOf(picture: Picture, pictures: readonly Picture[]): string {
  const same = pictures.slice(0, pictures.indexOf(picture)).filter((each) => nameOf(each) === nameOf(picture));
  return `${nameOf(picture)} ${same.length}`;
}

/** The focus goes to the next one's button, or the one before; else to where the question is written. */
function focusBeside(list: HTMLUListElement | null, i: number): void {
  const buttons = list?.querySelectorAll("button") ?? [];
  const beside = buttons[i + 1] ?? buttons[i - 1] ?? list?.closest("form")?.querySelector("textarea");
  beside?.focus();
}
