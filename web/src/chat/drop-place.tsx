import type { Picture } from "../picture/picture.ts";
import { picturesOf } from "../picture/files.ts";
import { useGivenFiles } from "../picture/use-given-files.ts";

/** Takes what is dropped and pasted anywhere, while the picker is folded away. */
export function DropPlace({ onPick }: { readonly onPick: (pictures: readonly Picture[]) => void }): React.JSX.Element {
  const take = (files: readonly File[]): void => onPick(files.map((file) => ({ kind: "file", file })));
  const isDragging = useGivenFiles({ onDrop: (transfer) => take(picturesOf(transfer)), onPaste: take });
  return <div className="picker drop-place" data-dragging={isDragging} />;
}
