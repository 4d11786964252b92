/** What a decoder may take in. */
export interface DecoderLimits {
  readonly maxSequences: number;
  /** Rows of KV cache: slots × (rows + memory rows of the longest). */
  readonly maxCachedRows: number;
  /** Rows beside these, of sequences that have gone, for those that begin alike; none where rows depend on a memory. */
  readonly maxKeptRows: number;
  /** New rows of all sequences together in one pass; a long prompt is computed in chunks. */
  readonly maxRowsPerPass: number;
  /** Whether a step may have a chunk beside it: not every graph takes both. */
  readonly mixes?: boolean;
}
