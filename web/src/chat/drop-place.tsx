import { useCallback } from "react";
import type { Picture } from "../picture/picture.ts";
import { useIncomingPictures } from "../picture/use-incoming-pictures.ts";

/** Takes what is dropped and pasted anywhere, while the picker is folded away. */
export function DropPlace({ onPick }: { readonly onPick: (pictures: readonly Picture[]) => void }): React.JSX.Element {
  const take = useCallback((files: readonly File[]) => onPick(files.map((file) => ({ kind: "file", file }))), [onPick]);
  return <div className="picker drop-place" data-dragging={useIncomingPictures(take)} />;
}
