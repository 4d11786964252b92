import type { CacheCapacity } from "./cache-capacity.ts";
import type { PrefixMatch } from "./prefix-cache.ts";
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

/**
 * A step takes all running sequences on that have few rows to compute; a chunk is a part of one long prompt, or of a few
 * that lie side by side. So nobody's token waits for a long prompt, nor is padded to it. In a mixed pass a step has the rows
 * of a chunk beside its own: weights are read once for both.
 */
export type DecoderPass = "step" | "chunk" | "mixed";

/** The next rows of sequences whose slots lie side by side; entry i is the sequence in slot first + i. */
export interface DecoderBatch extends CacheUpdate {
  readonly kind: "decoder";
  readonly pass: DecoderPass;
  readonly first: number;
  readonly entries: readonly DecoderEntry[];
  /** Of a mixed pass. */
  readonly chunk?: ChunkBeside;
}

/** A chunk of one sequence, which sits out among the entries, or lies beside them. */
export interface ChunkBeside extends DecoderEntry {
  readonly slot: number;
  /** What the pass would take without it, as far as is known; milliseconds. */
  readonly stepMs: number;
}

export interface DecoderEntry {
  readonly sequence: Sequence;
  /** Rows numComputedRows … numComputedRows + numRows − 1 are computed by this pass; with none it sits between others. */
  readonly numRows: number;
}

/** What a decoder's cache is to do before a pass, or when nothing is left to do. */
export interface CacheUpdate {
  readonly model: string;
  /** To be carried out first, in order, while the cache is as large as it was. */
  readonly changes: readonly CacheChange[];
  /** What the cache is to hold from then on. */
  readonly capacity: CacheCapacity;
  /** Sequences that begin in it. */
  readonly joins: readonly DecoderJoin[];
}

export type CacheChange =
  | ({ readonly kind: "move" } & SlotMove)
  /** The first rows of a slot are to be kept aside as a prefix. */
  | { readonly kind: "keep"; readonly prefix: number; readonly slot: number; readonly rows: number }
  | { readonly kind: "drop"; readonly prefix: number };

export interface DecoderJoin {
  readonly slot: number;
  readonly memory: CallOutputs | undefined;
  /** What its first rows are, instead of being computed. */
  readonly prefix: PrefixMatch | undefined;
}
