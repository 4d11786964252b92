import type { Usage } from "../../inference/scheduling/request.ts";
import type { CostModel } from "./costs.ts";
import { MAX_BATCH, MAX_ROWS_PER_PASS, MAX_SEQUENCES } from "./device.ts";
import type { Arrival } from "./load.ts";
import { memoryRows } from "./networks.ts";

/** What an encoder takes for one item in passes as large as they may be. */
export function leastEncodeMs(network: string, { encoders }: CostModel): number {
  const { perItem, perPass } = encoders[network]!;
  return perItem + perPass / MAX_BATCH;
}

/** What a request's decode takes at the least: in passes that are full, padded to nobody. */
export function leastDecodeMs({ kind, tokens }: Arrival, usage: Usage, { decoders }: CostModel): number {
  if (kind === "index") return 0;
  const costs = decoders[kind === "caption" ? "blip" : "llava"]!;
  const { perPass, perSequence, perRow, perCachedRow } = costs;
  const promptRows = usage.promptRows - usage.reusedRows;
  const cached = (kind === "caption" ? memoryRows : 0) + usage.promptRows + tokens / 2;
  const prompt = promptRows * (perRow + perPass / MAX_ROWS_PER_PASS);
  return prompt + (tokens - 1) * (perPass / MAX_SEQUENCES + perSequence + perRow + cached * perCachedRow);
}
