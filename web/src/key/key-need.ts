import { useSyncExternalStore } from "react";
import type { CombinedError } from "urql";
import { dropKey } from "./kept-key.ts";

let isNeeded = false;
const watchers = new Set<() => void>();

/** Whether the server has refused to answer somebody of whom it does not know who they are. */
export function useKeyNeed(): boolean {
  return useSyncExternalStore(watch, () => isNeeded);
}

/** Notes whether that is what went wrong. A key that was given until then is of no use. */
export function noteKeyNeed({ graphQLErrors }: CombinedError): void {
  if (isNeeded || !graphQLErrors.some(({ extensions }) => extensions.code === "UNAUTHENTICATED")) return;
  dropKey();
  isNeeded = true;
  for (const changed of watchers) changed();
}

function watch(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}
