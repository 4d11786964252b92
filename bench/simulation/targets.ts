import type { Flight } from "./flight.ts";

/** How soon an answer is of use, milliseconds: what goodput counts. */
export interface Targets {
  readonly captionMs: number;
  readonly indexMs: number;
  /** A chat's first token, and then each of the others on the mean. */
  readonly firstTokenMs: number;
  readonly gapMs: number;
}

/** Whether a request that was answered now was answered soon enough. */
export function isGood({ arrival, tokens, firstTokenMs }: Flight, now: number, targets: Targets): boolean {
  const { atMs, kind } = arrival;
  if (kind !== "chat") return now - atMs <= (kind === "caption" ? targets.captionMs : targets.indexMs);
  if (firstTokenMs === undefined || firstTokenMs - atMs > targets.firstTokenMs) return false;
  return now - firstTokenMs <= targets.gapMs * (tokens - 1);
}
