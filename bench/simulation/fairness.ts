/**
 * Jain's index of shares: 1 where all are equal, 1/n where one of n has everything (Jain, Chiu and Hawe, "A Quantitative
 * Measure of Fairness and Discrimination", 1984). Undefined where there is nobody to be fair to.
 */
export function jain(shares: readonly number[]): number | undefined {
  if (shares.length < 2) return undefined;
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share ** 2, 0);
  return squares === 0 ? undefined : sum ** 2 / (shares.length * squares);
}
