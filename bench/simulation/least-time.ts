import type { Batch, DecoderBatch } from "../../inference/scheduling/batch.ts";
import { membersOf } from "../../inference/scheduling/requests.ts";
import type { CostModel } from "./costs.ts";
import { MAX_BATCH, MAX_ROWS_PER_PASS, MAX_SEQUENCES } from "./device.ts";

/** What a pass did would have taken so long in passes as full as they may be, padded to nobody; milliseconds. */
export function leastMs(batch: Batch, costs: CostModel): number {
  if (batch.kind === "decoder") return leastDecoderMs(batch, costs);
  const { perItem, perPass, parts } = costs.encoders[batch.network]!;
  return (batch.items.length * (perItem + perPass / MAX_BATCH)) / parts;
}

/** To be asked when the pass is over. */
function leastDecoderMs(batch: DecoderBatch, { decoders }: CostModel): number {
  const { perPass, perSequence, perRow, perCachedRow } = decoders[batch.model]!;
  const { memoryRows } = batch.capacity;
  const each = membersOf(batch).map((entry) => {
    const { sequence, numRows } = entry;
    const isOfStep = batch.pass !== "chunk" && entry !== batch.chunk;
    const share = isOfStep ? 1 / MAX_SEQUENCES : numRows / MAX_ROWS_PER_PASS;
    return share * perPass + perSequence + numRows * perRow + (memoryRows + sequence.numComputedRows) * perCachedRow;
  });
  return each.reduce((sum, ms) => sum + ms, 0);
}
