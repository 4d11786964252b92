import { CHUNK } from "../models/decoder-parts.ts";
import type { ChunkBeside } from "../scheduling/batch.ts";
import type { RowLogits } from "../scheduling/sequence.ts";
import type { WantedRow } from "./decoder-inputs.ts";
import type { NamedTensors } from "./session.ts";

/** What to fetch of a decoder pass: all logits only where some row needs them, for a vocabulary is large. */
export function outputsFor(
  { wanted, chunk }: { readonly wanted: readonly WantedRow[]; readonly chunk: ChunkBeside | undefined },
  outputNames: readonly string[],
): readonly string[] {
  const wantsAll = wanted.some(({ logits }) => logits === "all");
  return outputNames.filter(
    (name) => (wantsAll || name !== "logits") && (chunk !== undefined || !name.startsWith(CHUNK)),
  );
}

/** The logits of each wanted row by its place among them; the arrays are views. */
export function rowLogits(outputs: NamedTensors): (line: number) => RowLogits {
  const { logits, top_ids: ids, top_logits: top, log_total: totals } = outputs;
  return (line) => ({
    topIds: Array.from(lineOf(ids!, line), Number),
    topLogits: lineOf(top!, line) as Float32Array,
    logTotal: Number(totals!.data[line]),
    all: logits && (lineOf(logits, line) as Float32Array),
  });
}

/** One line of a matrix, not copied. */
function lineOf({ dims, data }: NamedTensors[string], line: number): typeof data {
  return data.subarray(line * dims[1]!, (line + 1) * dims[1]!);
}
