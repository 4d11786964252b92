import type { MatchResult } from "../inference/index.ts";
import { mapBounded } from "./map-bounded.ts";

/** Something that a query may be about, with its ITC similarity, [-1, 1]. */
export interface Candidate<T> {
  readonly item: T;
  readonly similarity: number;
}

export interface Ranked<T> extends Candidate<T> {
  /** ITM probability; absent where ITM was not asked. */
  readonly probability: number | undefined;
  /** ITM logit + ITC similarity where ITM was asked, else the similarity. */
  readonly score: number;
}

export interface Rerank<T> {
  /** How many of the best candidates ITM is asked about. */
  readonly count: number;
  readonly signal: AbortSignal | undefined;
  /** ITM for one candidate; undefined drops it. */
  readonly match: (item: T, signal: AbortSignal) => Promise<MatchResult | undefined>;
}

/** More would only wait in the engine's queue, in front of others. */
const matchesAtOnce = 64;

/**
 * The candidates (best first) with the first `count` ordered by ITM logit + ITC similarity, the others behind them as
 * they were: the protocol of BLIP's retrieval evaluation, which takes the raw logit, not the probability.
 */
export async function rerank<T>(
  candidates: readonly Candidate<T>[],
  { count, signal, match }: Rerank<T>,
): Promise<readonly Ranked<T>[]> {
  const best = await mapBounded(candidates.slice(0, count), { limit: matchesAtOnce, signal }, async (candidate, stop) =>
    withMatch(candidate, await match(candidate.item, stop)),
  );
  const rest = candidates.slice(count).map((c) => ({ ...c, probability: undefined, score: c.similarity }));
  return [...best.filter((ranked) => ranked !== undefined).sort((a, b) => b.score - a.score), ...rest];
}

function withMatch<T>(candidate: Candidate<T>, match: MatchResult | undefined): Ranked<T> | undefined {
  if (match === undefined) return undefined;
  return { ...candidate, probability: match.probability, score: match.logit + candidate.similarity };
}
