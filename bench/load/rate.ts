import type { Outcome } from "./paces.ts";

/** Requests that were answered well between two instants, a second. */
export function rate(outcomes: readonly Outcome[], from: number, to: number): number {
  const done = outcomes.filter(({ at, ms, code }) => code === "OK" && at + ms >= from && at + ms < to);
  return (1000 * done.length) / (to - from);
}
