import type { DecoderBatch } from "../scheduling/batch.ts";
import type { LogitsWanted, Sequence } from "../scheduling/sequence.ts";
import type { Tensor } from "../tensor.ts";
import { chunkMask, distances, mask } from "./decoder-mask.ts";
import { features } from "./decoder-features.ts";
import { type PassRows, passRows, type PlacedEntry } from "./pass-rows.ts";

export interface DecoderInputs {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Which sequence's which row each line of the logits belongs to. */
  readonly wanted: readonly WantedRow[];
}

export interface WantedRow {
  readonly sequence: Sequence;
  readonly row: number;
  readonly logits: LogitsWanted;
}

/** What a pass's inputs depend on beside its rows. */
export interface DecoderPass {
  /** Rows of every slot of the cache that it reads, and of the chunk's. */
  readonly past: number;
  readonly chunkPast: number;
  /** Inputs that the graph has: only these are made. */
  readonly names: ReadonlySet<string>;
  /** Of the graph's features; it may have none. */
  readonly featureWidth: number | undefined;
  readonly vocabularySize: number;
}

/** The graph inputs of a pass, but for the cache. */
export function decoderInputs(
  { entries, chunk }: Pick<DecoderBatch, "entries" | "chunk">,
  pass: DecoderPass,
): DecoderInputs {
  const all = passRows(entries, { chunk, layout: pass.names.has("chunk_mask") ? "line" : "rectangle" });
  const size = { rows: all.rows, past: pass.past };
  const { wanted, logitRows } = wantedRows(all.placed);
  const makes: Readonly<Record<string, () => Tensor>> = {
    input_ids: () => perRow(all, "tokenId"),
    position_ids: () => perRow(all, "position"),
    distances: () => distances(entries, size),
    mask: () => mask(entries, size),
    chunk_mask: () => chunkMask(chunk, pass.chunkPast),
    logit_rows: () => ({ dims: [logitRows.length], data: BigInt64Array.from(logitRows) }),
    top_k: () => ({ dims: [1], data: BigInt64Array.of(BigInt(largestTop(wanted, pass.vocabularySize))) }),
  };
  const made = Object.entries(makes).filter(([name]) => pass.names.has(name));
  const tensors = Object.fromEntries(made.map(([name, make]) => [name, make()]));
  const { featureWidth } = pass;
  return { tensors: featureWidth === undefined ? tensors : { ...tensors, ...features(all, featureWidth) }, wanted };
}

/** int64, as `dims` say; 0 for padding. */
function perRow({ placed, dims }: PassRows, key: "tokenId" | "position"): Tensor {
  const data = new BigInt64Array(dims[0] * dims[1]);
  for (const { sequence, numRows, line } of placed) {
    const { decoding, numComputedRows } = sequence;
    for (let r = 0; r < numRows; r++) data[line + r] = BigInt(decoding.rows[numComputedRows + r]![key]);
  }
  return { dims, data };
}

function wantedRows(placed: readonly PlacedEntry[]) {
  const wanted: WantedRow[] = [];
  const logitRows: bigint[] = [];
  for (const { sequence, numRows, line } of placed) {
    for (let r = 0; r < numRows; r++) {
      const row = sequence.numComputedRows + r;
      const logits = sequence.decoding.wants(row);
      if (logits === undefined) continue;
      wanted.push({ sequence, row, logits });
      logitRows.push(BigInt(line + r));
    }
  }
  // A pass in which no row's logits are wanted (the middle of a long prompt) still needs one index.
  if (logitRows.length === 0) logitRows.push(0n);
  return { wanted, logitRows };
}

/** The largest k that any row needs, of those that do not need all. */
function largestTop(wanted: readonly WantedRow[], vocabularySize: number): number {
  const tops = wanted.map(({ logits }) => (logits === "all" ? 1 : logits.top));
  return Math.min(vocabularySize, Math.max(1, ...tops));
}
