import { claimsOf, type Sequence } from "./sequence.ts";
import type { Standings } from "./standings.ts";

/** Those who run in a decoder, as far as others may join them. */
export interface Host {
  readonly running: readonly Sequence[];
  /** Of a crowd, so many do not make the others' steps long. */
  readonly company: number;
}

/** Whether one who waits may join: of a crowd only as far as the others' steps stay short. */
export function isWelcome(sequence: Sequence, host: Host, standings: Standings): boolean {
  const isCrowds = (one: Sequence): boolean => claimsOf(one).every((claim) => standings.isCrowding(claim));
  return !isCrowds(sequence) || host.running.filter(isCrowds).length < host.company;
}
