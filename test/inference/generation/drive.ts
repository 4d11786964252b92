import type { Decoding } from "../../../inference/scheduling/sequence.ts";

/** The logits after a row, given the token ids from the root to it. */
export type LanguageModel = (tokenIds: readonly number[]) => Float32Array;

/** Runs a decoding to its outcome, with the model's logits for the rows that it wants. */
export function drive(decoding: Decoding, model: LanguageModel): NonNullable<Decoding["outcome"]> {
  let computed = 0;
  while (decoding.outcome === undefined) {
    for (; computed < decoding.rows.length; computed++) {
      if (decoding.wants(computed)) decoding.observe(computed, model(tokenIdsTo(decoding, computed)));
    }
    decoding.advance();
  }
  return decoding.outcome;
}

/** Token ids from the root to a row. */
export function tokenIdsTo(decoding: Decoding, row: number): number[] {
  const tokenIds: number[] = [];
  for (let at: number | undefined = row; at !== undefined; at = decoding.rows[at]!.parent) {
    tokenIds.unshift(decoding.rows[at]!.tokenId);
  }
  return tokenIds;
}
