import type { RowLogits } from "../scheduling/sequence.ts";

/** A token that may come next. */
export interface Candidate {
  readonly tokenId: number;
  readonly score: number;
}

/** The `k` likeliest tokens that are not forbidden, best first; of equals the lower id first. */
export function bestOf({ topIds, topLogits }: RowLogits, k: number, forbidden: readonly number[]): Candidate[] {
  const best: Candidate[] = [];
  for (let i = 0; i < topIds.length && best.length < k; i++) {
    const tokenId = topIds[i]!;
    if (!forbidden.includes(tokenId)) best.push({ tokenId, score: topLogits[i]! });
  }
  return best;
}
