import { picturesOf } from "../picture/files.ts";
import { useGivenFiles } from "../picture/use-given-files.ts";
import { droppedFiles, type GivenFiles, hasFolder } from "./given-files.ts";
import "./drop-targets.css";

interface DropTargetsProps {
  readonly onSearchBy: (file: File) => void;
  readonly onAdd: (files: GivenFiles) => void;
}

/** While files are dragged over the page: where to drop a picture to search by it, and where to add what is dropped. */
export function DropTargets({ onSearchBy, onAdd }: DropTargetsProps): React.JSX.Element | null {
  const isDragging = useGivenFiles({
    onDrop: (transfer, target) => {
      const [picture, ...others] = picturesOf(transfer);
      const isMany = others.length > 0 || hasFolder(transfer);
      if (picture && !isMany && purposeAt(target) === "search") onSearchBy(picture);
      else void droppedFiles(transfer).then(onAdd);
    },
    onPaste: (pictures) => {
      if (pictures.length === 1) onSearchBy(pictures[0]!);
      else onAdd({ pictures: pictures.map((file) => ({ path: file.name, file })), skipped: [] });
    },
  });
  if (!isDragging) return null;
  return (
    <div className="drop-targets">
      <div data-purpose="search">Find pictures like it</div>
      <div data-purpose="add">Add to the gallery</div>
    </div>
  );
}

/** What a drop is for, by where it falls. */
function purposeAt(target: EventTarget | null): "search" | "add" {
  const place = target instanceof Element ? target.closest<HTMLElement>("[data-purpose]") : null;
  return place?.dataset.purpose === "add" ? "add" : "search";
}
