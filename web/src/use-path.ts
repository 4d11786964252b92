import { useSyncExternalStore } from "react";

/** The path of the page's address, which `goTo` and the browser's own buttons change. */
export function usePath(): string {
  return useSyncExternalStore(watch, () => location.pathname);
}

/** The part of the address after the question mark, without it. */
export function useSearch(): string {
  return useSyncExternalStore(watch, () => location.search.slice(1));
}

/** Goes to another address of the page, or, by replacing, gives this one another name. */
export function goTo(address: string, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  window.dispatchEvent(new PopStateEvent("popstate"));
  if (how === "push") window.scrollTo(0, 0);
}

function watch(changed: () => void): () => void {
  window.addEventListener("popstate", changed);
  return () => window.removeEventListener("popstate", changed);
}
