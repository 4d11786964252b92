import { useSyncExternalStore } from "react";

const wide = matchMedia("(min-width: 901px)");

/** Whether two columns have room side by side. */
export function useIsWide(): boolean {
  return useSyncExternalStore(watch, () => wide.matches);
}

function watch(changed: () => void): () => void {
  wide.addEventListener("change", changed);
  return () => wide.removeEventListener("change", changed);
}
