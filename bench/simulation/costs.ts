import type { Batch, DecoderBatch } from "../../inference/scheduling/batch.ts";
import { numRowsOf } from "../../inference/scheduling/decoder-pass.ts";

/** What a pass takes on a device: t(B) = perItem · B + perPass milliseconds. */
export interface Line {
  readonly perItem: number;
  readonly perPass: number;
}

export interface EncoderCosts extends Line {
  /** Parts of a pass, between which others may run. */
  readonly parts: number;
}

/** What a decoder's pass takes, in milliseconds: the sum of these, each as often as it says. */
export interface DecoderCosts {
  readonly perPass: number;
  /** A sequence, however many rows of it are computed. */
  readonly perSequence: number;
  /** A row that is computed, those of padding too. */
  readonly perRow: number;
  /** A row of the cache that is read; the cache is as long for every sequence as for the longest. */
  readonly perCachedRow: number;
}

/** A device, by what its passes take. */
export interface CostModel {
  /** By `${model}/${network}`. */
  readonly encoders: Readonly<Record<string, EncoderCosts>>;
  /** By model. */
  readonly decoders: Readonly<Record<string, DecoderCosts>>;
}

/** Milliseconds of a pass, or of a part of one. */
export function passMs(batch: Batch, costs: CostModel): number {
  if (batch.kind === "decoder") return decoderMs(batch, costs.decoders[batch.model]!);
  const { parts, ...line } = costs.encoders[batch.network]!;
  return at(line, batch.items.length) / parts;
}

/** A chunk beside a step is a sequence more, and nobody is padded to it. */
function decoderMs(batch: DecoderBatch, costs: DecoderCosts): number {
  const { entries, chunk, capacity } = batch;
  const sequences = entries.length + (chunk === undefined ? 0 : 1);
  const rows = numRowsOf(batch);
  const cached = sequences * (capacity.rows + capacity.memoryRows);
  const { perPass, perSequence, perRow, perCachedRow } = costs;
  return perPass + perSequence * sequences + perRow * rows + perCachedRow * cached;
}

export function at({ perItem, perPass }: Line, size: number): number {
  return perItem * size + perPass;
}
