import { useEffect, useState } from "react";
import { carriesFiles, picturesOf } from "../picture/files.ts";
import { droppedFiles, type GivenFiles, hasFolder } from "./given-files.ts";
import "./drop-targets.css";

interface DropTargetsProps {
  readonly onSearchBy: (file: File) => void;
  readonly onAdd: (files: GivenFiles) => void;
}

/** While files are dragged over the page: where to drop a picture to search by it, and where to add what is dropped. */
export function DropTargets({ onSearchBy, onAdd }: DropTargetsProps): React.JSX.Element | null {
  const [isDragging, setDragging] = useState(false);
  useEffect(() => {
    const listening = new AbortController();
    const listen = <K extends keyof DocumentEventMap>(name: K, heard: (event: DocumentEventMap[K]) => void): void =>
      document.addEventListener(name, heard, { signal: listening.signal });
    listen("dragover", (event) => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      setDragging(true);
    });
    listen("dragleave", (event) => {
      if (event.relatedTarget === null) setDragging(false);
    });
    listen("drop", (event) => {
      setDragging(false);
      if (!event.dataTransfer || !carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      const [picture, ...others] = picturesOf(event.dataTransfer);
      const isMany = others.length > 0 || hasFolder(event.dataTransfer);
      if (picture && !isMany && purposeAt(event.target) === "search") onSearchBy(picture);
      else void droppedFiles(event.dataTransfer).then(onAdd);
    });
    listen("paste", (event) => {
      const pictures = picturesOf(event.clipboardData);
      if (pictures.length === 0) return;
      event.preventDefault();
      if (pictures.length === 1) onSearchBy(pictures[0]!);
      else onAdd({ pictures: pictures.map((file) => ({ path: file.name, file })), skipped: [] });
    });
    return () => listening.abort();
  }, [onSearchBy, onAdd]);
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
