import type { Claim } from "./claim.ts";
import { fitTogether, isLong } from "./decoder-pass.ts";
import { claimsOf, type Sequence } from "./sequence.ts";
import type { Standings } from "./standings.ts";

/** Those who run in a decoder, as far as others may join them. */
export interface Host {
  readonly running: readonly Sequence[];
  /** Of a crowd, so many do not make the others' steps long. */
  readonly company: number;
  /** Of a long prompt that a pass takes. */
  readonly chunkRows: number;
}

/**
 * Whether one who waits may join: of a crowd only as far as the others' steps stay short, and of long prompts as many as a
 * pass takes. A slot is as large as the largest; while its rows could not be computed, it would only be copied about.
 */
export function isWelcome(sequence: Sequence, host: Host, standings: Standings): boolean {
  const isCrowds = (one: Sequence): boolean => claimsOf(one).every((claim) => standings.isCrowding(claim));
  if (isCrowds(sequence) && host.running.filter(isCrowds).length >= host.company) return false;
  return !isLong(sequence) || takesLong(sequence, host, standings);
}

/** Beside the long ones that run: if their next pass takes it in, or it is another's and goes before them. */
function takesLong(sequence: Sequence, { running, chunkRows }: Host, standings: Standings): boolean {
  const long = running.filter(isLong);
  if (fitTogether([...long, sequence], chunkRows)) return true;
  const [theirs, own] = [long.flatMap(claimsOf), claimsOf(sequence)];
  const first = standings.first([...theirs, ...own]);
  return own.includes(first) && !theirs.some((claim) => isAlike(claim, first));
}

/** Whether they differ in nothing but their deadlines. */
function isAlike(a: Claim, b: Claim): boolean {
  return a.client === b.client && a.priority === b.priority;
}
