import { LEASE_MS } from "../../cluster/redis/members.ts";
import { quantile } from "../statistics.ts";
import type { FaultName } from "./faults.ts";

/** From one moment to another, both on performance.now(). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export function lengthOf({ from, to }: Span): number {
  return to - from;
}

export interface Fault extends Span {
  readonly kind: FaultName;
}

/** Faults that went on in a pause, or not so long before that everybody knew: new work is given to the dead, too. */
export function faultsWithin({ from, to }: Span, faults: readonly Fault[]): readonly Fault[] {
  return faults.filter((fault) => fault.from <= to && fault.to >= from - LEASE_MS);
}

/** How long streams paused at the longest, told apart by how many faults fell in the pause, and where it was one, by which. */
export function pauseLines(longest: readonly Span[], faults: readonly Fault[]): string[] {
  const pauses = longest.map((pause) => ({ pause, within: faultsWithin(pause, faults) }));
  const those = (isMeant: (within: readonly Fault[]) => boolean): Span[] =>
    pauses.filter(({ within }) => isMeant(within)).map(({ pause }) => pause);
  const kinds = new Set(faults.map(({ kind }) => kind));
  return [
    line("longest pause of a stream", longest),
    line(
      "  in which no fault fell",
      those(({ length }) => length === 0),
    ),
    line(
      "  in which one fault fell",
      those(({ length }) => length === 1),
    ),
    ...[...kinds].map((kind) =>
      line(
        `    ${kind}`,
        those(([first, second]) => first?.kind === kind && !second),
      ),
    ),
    line(
      "  in which several fell",
      those(({ length }) => length > 1),
    ),
  ];
}

function line(what: string, pauses: readonly Span[]): string {
  if (pauses.length === 0) return `${what}: none`;
  const lengths = pauses.map(lengthOf);
  const of = (q: number): string => `${Math.round(quantile(lengths, q))} ms`;
  return `${what}: p50 ${of(0.5)}, p90 ${of(0.9)}, p99 ${of(0.99)}, max ${of(1)} (${pauses.length} streams)`;
}
