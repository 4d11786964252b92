import type { Problem } from "../graph/problem.ts";

/** A file with where it lay in the folder that was given. */
export interface NamedFile {
  readonly path: string;
  readonly file: File;
}

export interface Upload extends NamedFile {
  readonly id: number;
  /** How often the server had no room for it. */
  readonly numRefused: number;
  readonly state:
    | { readonly kind: "waiting" }
    | { readonly kind: "sending" }
    | { readonly kind: "done" }
    | { readonly kind: "failed"; readonly problem: Problem };
}

/** Files on their way to the gallery. */
export interface Uploads {
  readonly items: readonly Upload[];
  /** Paths of files that are no pictures. */
  readonly skipped: readonly string[];
  /** By the person, or because the server cannot be reached. */
  readonly pause: "none" | "asked" | "offline";
  /** Nothing is begun before: the server said that it has no room. Milliseconds of the clock that callers use. */
  readonly heldUntil: number;
  readonly nextId: number;
}

/** How sending one has ended. */
export type UploadEnd = "done" | Problem;

export const noUploads: Uploads = { items: [], skipped: [], pause: "none", heldUntil: 0, nextId: 0 };

export const MAX_AT_ONCE = 3;
/** A server that has no room for so long has none for this one. */
export const MAX_REFUSED = 12;
const HELD_MS = 1_000;

export function added(uploads: Uploads, files: readonly NamedFile[], skipped: readonly string[]): Uploads {
  const items = files.map((file, i): Upload => {
    return { ...file, id: uploads.nextId + i, numRefused: 0, state: { kind: "waiting" } };
  });
  return {
    ...uploads,
    items: [...uploads.items, ...items],
    skipped: [...uploads.skipped, ...skipped],
    nextId: uploads.nextId + items.length,
  };
}

/** Those that may be sent now, the first first. */
export function startable({ items, pause, heldUntil }: Uploads, now: number): readonly Upload[] {
  if (pause !== "none" || now < heldUntil) return [];
  const numSending = items.filter(({ state }) => state.kind === "sending").length;
  return items.filter(({ state }) => state.kind === "waiting").slice(0, Math.max(0, MAX_AT_ONCE - numSending));
}

export function begun(uploads: Uploads, ids: readonly number[]): Uploads {
  return { ...uploads, items: withState(uploads.items, ids, { kind: "sending" }) };
}

/**
 * Without room, or without the server, it waits to be sent again, and so do the others: for as long as the server said,
 * or until somebody goes on.
 */
export function ended(uploads: Uploads, id: number, end: UploadEnd, now: number): Uploads {
  const item = uploads.items.find((each) => each.id === id);
  if (item?.state.kind !== "sending") return uploads;
  if (end === "done") return { ...uploads, items: withState(uploads.items, [id], { kind: "done" }) };
  if (end.code === "OFFLINE") {
    return { ...uploads, items: withState(uploads.items, [id], { kind: "waiting" }), pause: pauseOffline(uploads) };
  }
  if (end.code !== "OVERLOADED" || item.numRefused + 1 >= MAX_REFUSED) {
    return { ...uploads, items: withState(uploads.items, [id], { kind: "failed", problem: end }) };
  }
  const heldUntil = Math.max(uploads.heldUntil, now + (end.retryAfterMs ?? HELD_MS));
  const items = withState(uploads.items, [id], { kind: "waiting" });
  return { ...uploads, items: items.map((each) => (each.id === id ? refused(each) : each)), heldUntil };
}

export function paused(uploads: Uploads): Uploads {
  return { ...uploads, pause: "asked" };
}

export function goneOn(uploads: Uploads): Uploads {
  return { ...uploads, pause: "none" };
}

/** Gives up what has not ended; what has stays to be seen. */
export function cancelled(uploads: Uploads): Uploads {
  const items = uploads.items.filter(({ state }) => state.kind === "done" || state.kind === "failed");
  return { ...uploads, items, pause: "none" };
}

/** What failed waits to be sent again. */
export function retried(uploads: Uploads): Uploads {
  const items = uploads.items.map((item): Upload => {
    return item.state.kind === "failed" ? { ...item, numRefused: 0, state: { kind: "waiting" } } : item;
  });
  return { ...uploads, items, pause: "none" };
}

function withState(items: readonly Upload[], ids: readonly number[], state: Upload["state"]): readonly Upload[] {
  return items.map((item) => (ids.includes(item.id) ? { ...item, state } : item));
}

function refused(item: Upload): Upload {
  return { ...item, numRefused: item.numRefused + 1 };
}

function pauseOffline({ pause }: Uploads): Uploads["pause"] {
  return pause === "asked" ? "asked" : "offline";
}
