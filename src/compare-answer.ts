import type { Reference, ReferenceAnswer } from "../hub/index.ts";
import type { GenerationResult, MatchResult, ResultOf, Task } from "../inference/index.ts";

/** "parts late": it begins as a run in fewer bits did, which need not end the same. */
export type Verdict = "same" | "parts late" | "differs";

/** What is published beside what is given. */
export interface Comparison {
  readonly verdict: Verdict;
  readonly expected: string;
  readonly given: string;
  /** How much is the same. */
  readonly compared: string;
}

/** Of what is expected, so much must be the same before anything differs, for "parts late". */
const LATE = 1 / 3;
/** Rounding of weights moves scores by so much. */
const ROUNDED = 0.05;

/** Compares an answer with what a reference expects: scores, or token ids and text. */
export function compareAnswer({ expect, kind }: Reference, answer: ResultOf<Task>): Comparison {
  if ("probability" in expect) return compareScores(expect, "probability" in answer ? answer : undefined);
  return compareTexts(expect, "text" in answer ? answer : undefined, kind);
}

/** What may be asked of a checkpoint whose weights are rounded: texts may part late, scores by more. */
export function relaxed(reference: Reference): Reference {
  const { expect } = reference;
  const wider = "probability" in expect ? { ...expect, within: Math.max(expect.within, ROUNDED) } : expect;
  return { ...reference, kind: "soft", expect: wider };
}

type ExpectedScores = Extract<ReferenceAnswer, { readonly probability: number }>;
type ExpectedText = Exclude<ReferenceAnswer, ExpectedScores>;

function compareScores(expect: ExpectedScores, given: MatchResult | undefined): Comparison {
  const expected = describeScores(expect);
  if (given === undefined) return { verdict: "differs", expected, given: "no scores", compared: "" };
  const off = Math.max(
    Math.abs(expect.probability - given.probability),
    Math.abs(expect.similarity - given.similarity),
  );
  const verdict = off <= expect.within ? "same" : "differs";
  return { verdict, expected, given: describeScores(given), compared: `off by ${off.toFixed(4)} of ${expect.within}` };
}

function compareTexts(expect: ExpectedText, given: GenerationResult | undefined, kind: Reference["kind"]): Comparison {
  const isWhole = "text" in expect;
  const wanted = isWhole ? expect.text : expect.begins;
  const expected = isWhole ? `"${wanted}"` : `"${wanted}" …`;
  if (given === undefined) return { verdict: "differs", expected, given: "no text", compared: "" };
  const text = given.text.trim();
  const ids = expect.tokenIds;
  const numSame = ids === undefined ? sameStart(wanted, text) : sameStart(ids, given.tokenIds);
  const length = ids?.length ?? wanted.length;
  const isSame = (isWhole ? text === wanted : text.startsWith(wanted)) && isSameIds(ids, given.tokenIds, isWhole);
  const isLate = kind === "soft" && numSame >= LATE * length;
  return {
    verdict: isSame ? "same" : isLate ? "parts late" : "differs",
    expected,
    given: `"${text}"`,
    compared: `${numSame} of ${length} ${ids === undefined ? "characters" : "tokens"}`,
  };
}

function isSameIds(ids: readonly number[] | undefined, given: readonly number[], isWhole: boolean): boolean {
  if (ids === undefined) return true;
  return sameStart(ids, given) === ids.length && (!isWhole || given.length === ids.length);
}

/** How long two are the same. */
function sameStart<T>(a: ArrayLike<T>, b: ArrayLike<T>): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}

function describeScores({ probability, similarity }: Pick<MatchResult, "probability" | "similarity">): string {
  return `${probability.toFixed(4)}, similarity ${similarity.toFixed(4)}`;
}
