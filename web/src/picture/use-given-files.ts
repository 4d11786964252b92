import { useEffect, useEffectEvent, useState } from "react";
import { carriesFiles, picturesOf } from "./files.ts";

export interface GivenFilesOptions {
  /** Files were dropped, on any part of the page. */
  readonly onDrop: (transfer: DataTransfer, target: EventTarget | null) => void;
  /** Pictures were pasted; what else is, is not taken. */
  readonly onPaste: (pictures: readonly File[]) => void;
}

/** Hears of files that are dropped anywhere on the page, or pasted; says whether some are being dragged over it. */
export function useGivenFiles({ onDrop, onPaste }: GivenFilesOptions): boolean {
  const [isDragging, setDragging] = useState(false);
  const drop = useEffectEvent((event: DragEvent) => {
    setDragging(false);
    if (!event.dataTransfer || !carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    onDrop(event.dataTransfer, event.target);
  });
  const paste = useEffectEvent((event: ClipboardEvent) => {
    const pictures = picturesOf(event.clipboardData);
    if (pictures.length === 0) return;
    event.preventDefault();
    onPaste(pictures);
  });
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
    listen("drop", (event) => drop(event));
    listen("paste", (event) => paste(event));
    return () => listening.abort();
  }, []);
  return isDragging;
}
