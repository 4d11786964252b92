import type { Row } from "../scheduling/sequence.ts";

/** Rows of a prompt: each sees all before it. */
export function chain(tokenIds: readonly number[]): Row[] {
  return tokenIds.map((tokenId, i) => ({ tokenId, position: i, parent: i === 0 ? undefined : i - 1 }));
}
