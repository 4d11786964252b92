import type { Batch } from "../../inference/scheduling/batch.ts";

/** What a pass takes on a device: t(B) = perItem · B + perPass milliseconds. */
export interface Line {
  readonly perItem: number;
  readonly perPass: number;
}

/** A device, by what its passes take. */
export interface CostModel {
  readonly vision: Line;
  /** Parts of a vision pass, between which others may run. */
  readonly visionParts: number;
  readonly memory: Line;
  /** A decoder's step, by sequences. */
  readonly step: Line;
  /** A row of a long prompt, beside a step. */
  readonly perPromptRow: number;
}

/** BLIP-base in float32 on two cores, as bench/RESULTS.md has it. */
export const blipBaseOnCpu: CostModel = {
  vision: { perItem: 600, perPass: 0 },
  visionParts: 12,
  memory: { perItem: 96, perPass: 0 },
  step: { perItem: 5.2, perPass: 19 },
  perPromptRow: 5.2,
};

/** Milliseconds of a pass, or of a part of one. */
export function passMs(batch: Batch, costs: CostModel): number {
  if (batch.kind === "encoder") {
    const isVision = batch.network.endsWith("/vision");
    const line = isVision ? costs.vision : costs.memory;
    return at(line, batch.items.length) / (isVision ? costs.visionParts : 1);
  }
  const rows = batch.entries.reduce((sum, { numRows }) => sum + numRows, 0);
  const sequences = batch.entries.length;
  return at(costs.step, sequences) + Math.max(0, rows - sequences) * costs.perPromptRow;
}

function at({ perItem, perPass }: Line, size: number): number {
  return perItem * size + perPass;
}
