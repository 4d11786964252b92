import { logSumExp } from "../../../inference/generation/logits.ts";
import type { Decoding, LogitsWanted, RowLogits } from "../../../inference/scheduling/sequence.ts";
import { topIndexes } from "../../../inference/top-k.ts";

/** The logits after a row, given the token ids from the root to it. */
export type LanguageModel = (tokenIds: readonly number[]) => Float32Array;

/** Runs a decoding to its outcome, with the model's logits for the rows that it wants. */
export function drive(decoding: Decoding, model: LanguageModel): NonNullable<Decoding["outcome"]> {
  let computed = 0;
  while (decoding.outcome === undefined) {
    for (; computed < decoding.rows.length; computed++) {
      const wanted = decoding.wants(computed);
      if (wanted) decoding.observe(computed, rowLogits(model(tokenIdsTo(decoding, computed)), wanted));
    }
    decoding.advance();
  }
  return decoding.outcome;
}

/** Of all logits, no more than is wanted, as a graph gives it. */
export function rowLogits(all: Float32Array, wanted: LogitsWanted): RowLogits {
  const topIds = topIndexes(all, wanted === "all" ? 1 : wanted.top);
  const topLogits = Float32Array.from(topIds, (id) => all[id]!);
  return { topIds, topLogits, logTotal: Math.fround(logSumExp(all)), all: wanted === "all" ? all : undefined };
}

/** Token ids from the root to a row. */
function tokenIdsTo(decoding: Decoding, row: number): number[] {
  const tokenIds: number[] = [];
  for (let at: number | undefined = row; at !== undefined; at = decoding.rows[at]!.parent) {
    tokenIds.unshift(decoding.rows[at]!.tokenId);
  }
  return tokenIds;
}
