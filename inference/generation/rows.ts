import { callId, type DecodeSpec, type FeatureSpan } from "../scheduling/program.ts";
import type { Row } from "../scheduling/sequence.ts";

/** Rows of tokens, each of which sees all before it. */
function chain(tokenIds: readonly number[]): Row[] {
  return tokenIds.map((tokenId, i) => ({ tokenId, position: i, parent: i === 0 ? undefined : i - 1 }));
}

/** Rows of a prompt, some of them features. */
export function promptRows({ promptTokenIds, features = [], salt }: DecodeSpec): Row[] {
  const rows = chain(promptTokenIds);
  if (salt !== undefined && rows.length > 0) rows[0] = { ...rows[0]!, salt };
  for (const span of features) markFeatures(rows, span);
  return rows;
}

function markFeatures(rows: Row[], { start, rows: count, source: { call, output }, from = 0 }: FeatureSpan): void {
  if (start + count > rows.length)
    throw new RangeError(`features to row ${start + count} of a prompt of ${rows.length}`);
  const source = `${callId(call)} ${output}`;
  for (let i = 0; i < count; i++) rows[start + i] = { ...rows[start + i]!, feature: { source, row: from + i } };
}
