import type { CallOutputs, Generation } from "./program.ts";

/**
 * One token of a sequence, and one row of its KV cache. Rows form a tree: a row sees itself and its ancestors. A greedy
 * continuation is a chain; beams are branches that share their stem; the choices of a ranking are branches of one prompt.
 * So nothing is ever copied when beams are reordered: a beam that is dropped just gets no more children.
 */
export interface Row {
  readonly tokenId: number;
  readonly position: number;
  /** Index of the row before this one; undefined for the first. */
  readonly parent: number | undefined;
}

/** How one sequence goes on: says which rows it needs, takes their logits, and comes to an outcome. */
export interface Decoding {
  /** All rows so far, parents before children. */
  readonly rows: readonly Row[];
  /** Rows that this decoding can ever need; its KV reservation. */
  readonly maxRows: number;
  /** New tokens that are settled: what a stream may show. Beams and rankings settle only with their outcome. */
  readonly tokenIds: readonly number[];
  /** Whether the logits after this row are wanted. */
  readonly wants: (row: number) => boolean;
  /** Takes the logits [vocabulary] after a wanted row; the array is only lent. */
  readonly observe: (row: number, logits: Float32Array) => void;
  /** Called once all rows are computed: adds rows, or comes to its outcome. */
  readonly advance: () => void;
  readonly outcome: Generation | undefined;
}

/** A request on its way through a decoder. Written only by its scheduler. */
export interface Sequence {
  readonly id: string;
  readonly model: string;
  readonly decoding: Decoding;
  /** What its cross-attention reads: there from when it waits for a slot until the cache has taken it in. */
  memory: CallOutputs | undefined;
  /** Rows whose keys and values are in the cache; each pass lets it catch up with `decoding.rows`. */
  numComputedRows: number;
  /** Place in the decoder's batch and cache, while it runs. */
  slot: number | undefined;
}

/** Rows that the sequence still has to compute. */
export function numPendingRows(sequence: Sequence): number {
  return sequence.decoding.rows.length - sequence.numComputedRows;
}

/** What a decoding came to, or if it was ended before, the tokens that are settled. */
export function generationOf({ outcome, tokenIds }: Decoding): Generation {
  return outcome ?? { tokenIds, finishReason: "STOP" };
}
