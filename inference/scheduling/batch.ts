import type { CacheCapacity } from "./cache-capacity.ts";
import type { EncoderCall, CallOutputs } from "./program.ts";
import type { Sequence } from "./sequence.ts";
import type { SlotMove } from "./slots.ts";

/** One pass of one network. */
export type Batch = EncoderBatch | DecoderBatch;

/** Items of a stateless network, from any requests. */
export interface EncoderBatch {
  readonly kind: "encoder";
  readonly network: string;
  readonly items: readonly EncoderItem[];
}

export interface EncoderItem {
  readonly call: EncoderCall;
  /** Outputs of the calls that this one reads, by its input names. */
  readonly resolved: Readonly<Record<string, CallOutputs>>;
}

/** The next rows of every running sequence of a model; entry i is the sequence in slot i. */
export interface DecoderBatch {
  readonly kind: "decoder";
  readonly model: string;
  /** To be carried out in the cache, in order, before the pass. */
  readonly moves: readonly SlotMove[];
  /** What the cache is to hold during the pass, given once the moves are done. */
  readonly capacity: CacheCapacity;
  readonly entries: readonly DecoderEntry[];
}

export interface DecoderEntry {
  readonly sequence: Sequence;
  /** Rows numComputedRows … numComputedRows + numRows − 1 are computed by this pass. */
  readonly numRows: number;
}
