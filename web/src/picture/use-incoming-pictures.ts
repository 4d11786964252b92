import { useEffect, useState } from "react";
import { carriesFiles, picturesOf } from "./files.ts";

/** Takes pictures that are dropped anywhere on the page, or pasted; says whether one is being dragged over it. */
export function useIncomingPictures(take: (files: readonly File[]) => void): boolean {
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
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      take(picturesOf(event.dataTransfer));
    });
    listen("paste", (event) => {
      const files = picturesOf(event.clipboardData);
      if (files.length === 0) return;
      event.preventDefault();
      take(files);
    });
    return () => listening.abort();
  }, [take]);
  return isDragging;
}
