import type { Tensor } from "../tensor.ts";
import type { Claim } from "./claim.ts";
import type { PrefixMatch } from "./prefix-cache.ts";
import type { CallOutputs, FeatureSpan, Generation } from "./program.ts";

/**
 * One token of a sequence, or one feature of a picture in the place of a token, and one row of its KV cache. Rows form a tree: a row sees itself and its ancestors. A greedy
 * continuation is a chain; beams are branches that share their stem; the choices of a ranking are branches of one prompt.
 * So nothing is ever copied when beams are reordered: a beam that is dropped just gets no more children.
 */
export interface Row {
  readonly tokenId: number;
  readonly position: number;
  /** Index of the row before this one; undefined for the first. */
  readonly parent: number | undefined;
  readonly feature?: RowFeature;
  /** Of a sequence's first row: those that begin under another salt are not alike. */
  readonly salt?: string;
}

/** Which feature a row is; rows with equal features are equal. */
export interface RowFeature {
  /** The encoder call's id and its output. */
  readonly source: string;
  readonly row: number;
}

/** Features in the places of rows start … start + rows − 1. */
export interface SequenceFeatures {
  readonly start: number;
  readonly rows: number;
  /** [rows, width] */
  readonly values: Tensor;
}

/** How one sequence goes on: says which rows it needs, takes their logits, and comes to an outcome. */
export interface Decoding {
  /** All rows so far, parents before children. */
  readonly rows: readonly Row[];
  /** So many of the first rows are a chain: each one's parent is the row before it. */
  readonly stem: number;
  /** Rows that this decoding can ever need; its KV reservation. */
  readonly maxRows: number;
  /** New tokens that are settled: what a stream may show. Beams and rankings settle only with their outcome. */
  readonly tokenIds: readonly number[];
  /** How much is wanted of the logits after this row; undefined: nothing. */
  readonly wants: (row: number) => LogitsWanted | undefined;
  /** Takes the logits after a wanted row; the arrays are only lent. */
  readonly observe: (row: number, logits: RowLogits) => void;
  /** Called once all rows are computed: adds rows, or comes to its outcome. */
  readonly advance: () => void;
  readonly outcome: Generation | undefined;
}

/** All of a row's logits, or so many of the largest: choosing among few need not carry a whole vocabulary about. */
export type LogitsWanted = "all" | { readonly top: number };

/** The logits after a row. */
export interface RowLogits {
  /** At least as many as are wanted, unless the vocabulary is smaller: best first, of equals the lower id first. */
  readonly topIds: readonly number[];
  readonly topLogits: Float32Array;
  /** log Σ exp of all logits, so that log P = logit − logTotal. */
  readonly logTotal: number;
  /** [vocabulary]; only where all are wanted. */
  readonly all: Float32Array | undefined;
}

/** A request that waits for what a sequence says. */
export interface Asker {
  readonly claim: Claim;
  /** Whether somebody watches the tokens come. */
  readonly isWatching: boolean;
}

/** What requests that ask for the same are told, on its way through a decoder. Written only by its scheduler. */
export interface Sequence {
  /** Of the request that it was begun for, which may have gone since. */
  readonly id: string;
  /** Names what it says: equal keys, equal tokens. */
  readonly key: string;
  readonly model: string;
  readonly decoding: Decoding;
  /** The requests that it is for, by id; without any it goes. */
  readonly askers: Map<string, Asker>;
  /** Whether the decoder has it, and all that it reads: who asks for it from then on need have nothing encoded. */
  isUnderWay: boolean;
  /** Kept rows that it can begin with, held for it until the cache is told. */
  prefix: PrefixMatch | undefined;
  /** What its cross-attention reads: there from when it waits for a slot until the cache has taken it in. */
  memory: CallOutputs | undefined;
  /** In the order of their rows: there like the memory, until their rows are computed. */
  features: readonly SequenceFeatures[];
  /** Rows whose keys and values are in the cache; each pass lets it catch up with `decoding.rows`. */
  numComputedRows: number;
  /** Whether its prompt is computed: each pass brings it on by a token. */
  isPrefilled: boolean;
  /** Place in the decoder's batch and cache, while it runs. */
  slot: number | undefined;
}

/** A sequence that nobody has asked for, and that has computed nothing yet. */
export function newSequence(of: Pick<Sequence, "id" | "model" | "decoding"> & { readonly key?: string }): Sequence {
  return {
    key: of.id,
    ...of,
    askers: new Map(),
    isUnderWay: false,
    prefix: undefined,
    memory: undefined,
    features: [],
    numComputedRows: 0,
    isPrefilled: false,
    slot: undefined,
  };
}

/** The features that a span asks for, of the outputs of its call. Throws if there are too few of them. */
export function featuresOf(
  { start, rows, source, from = 0 }: FeatureSpan,
  { outputs }: { readonly outputs: CallOutputs | undefined },
): SequenceFeatures {
  const values = outputs?.[source.output];
  if (values?.dims.length === 2 && values.dims[0]! >= from + rows)
    return { start, rows, values: part(values, from, rows) };
  const found = values === undefined ? "nothing" : `[${values.dims.join(", ")}]`;
  throw new TypeError(
    `${source.call.network} gave ${found} as ${source.output}; rows ${from} to ${from + rows} are wanted`,
  );
}

/** Rows of a matrix, not copied. */
function part({ dims, data }: Tensor, from: number, rows: number): Tensor {
  const width = dims[1]!;
  return { dims: [rows, width], data: data.subarray(from * width, (from + rows) * width) };
}

/** What they claim of the device who wait for a sequence. */
export function claimsOf({ askers }: Sequence): readonly Claim[] {
  return [...askers.values()].map(({ claim }) => claim);
}

/** Whether somebody watches a sequence's tokens come. */
export function isWatched({ askers }: Sequence): boolean {
  return [...askers.values()].some(({ isWatching }) => isWatching);
}

/** Whether the features are in the cache. */
export function isComputed({ start, rows }: SequenceFeatures, { numComputedRows }: Sequence): boolean {
  return start + rows <= numComputedRows;
}

/** Rows that the sequence still has to compute. */
export function numPendingRows(sequence: Sequence): number {
  return sequence.decoding.rows.length - sequence.numComputedRows;
}

/** What a decoding came to, or if it was ended before, the tokens that are settled: for others it may go on. */
export function generationOf({ outcome, tokenIds }: Decoding): Generation {
  return outcome ?? { tokenIds: [...tokenIds], finishReason: "STOP" };
}
