import type { Answer } from "./contender.ts";

/** Tokens a second of answers that come at once, while all of them come: from the last's first token to the first's last. */
export function tokensPerSecond(answers: readonly Answer[]): number {
  const from = Math.max(...answers.map(({ tokenTimes }) => tokenTimes[0]!));
  const to = Math.min(...answers.map(({ tokenTimes }) => tokenTimes.at(-1)!));
  if (to <= from) throw new Error("The answers did not come at once: they have no room together.");
  const count = answers.flatMap(({ tokenTimes }) => tokenTimes.filter((time) => time > from && time <= to)).length;
  return (1000 * count) / (to - from);
}

/** Seconds from asking to the first token. */
export function secondsToFirst({ askedAt, tokenTimes }: Answer): number {
  return (tokenTimes[0]! - askedAt) / 1000;
}
