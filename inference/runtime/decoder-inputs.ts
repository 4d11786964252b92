import type { DecoderEntry } from "../scheduling/batch.ts";
import type { LogitsWanted, Sequence } from "../scheduling/sequence.ts";
import type { Tensor } from "../tensor.ts";
import { distances, mask } from "./decoder-mask.ts";
import { features } from "./decoder-features.ts";

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

/** What a pass's inputs depend on beside its entries. */
export interface DecoderPass {
  /** Rows of every slot of the cache. */
  readonly past: number;
  /** Inputs that the graph has: only these are made. */
  readonly names: ReadonlySet<string>;
  /** Of the graph's features; it may have none. */
  readonly featureWidth: number | undefined;
  readonly vocabularySize: number;
}

/** The graph inputs of a pass, but for the cache: entries are padded to the one with most rows. */
export function decoderInputs(entries: readonly DecoderEntry[], pass: DecoderPass): DecoderInputs {
  const rows = Math.max(...entries.map(({ numRows }) => numRows));
  const size = { rows, past: pass.past };
  const { wanted, logitRows } = wantedRows(entries, rows);
  const makes: Readonly<Record<string, () => Tensor>> = {
    input_ids: () => perRow(entries, rows, "tokenId"),
    position_ids: () => perRow(entries, rows, "position"),
    distances: () => distances(entries, size),
    mask: () => mask(entries, size),
    logit_rows: () => ({ dims: [logitRows.length], data: BigInt64Array.from(logitRows) }),
    top_k: () => ({ dims: [1], data: BigInt64Array.of(BigInt(largestTop(wanted, pass.vocabularySize))) }),
  };
  const made = Object.entries(makes).filter(([name]) => pass.names.has(name));
  const tensors = Object.fromEntries(made.map(([name, make]) => [name, make()]));
  const { featureWidth } = pass;
  return { tensors: featureWidth === undefined ? tensors : { ...tensors, ...features(entries, featureWidth) }, wanted };
}

/** int64 [batch, rows]; 0 for padding. */
function perRow(entries: readonly DecoderEntry[], rows: number, key: "tokenId" | "position"): Tensor {
  const data = new BigInt64Array(entries.length * rows);
  entries.forEach(({ sequence: { decoding, numComputedRows }, numRows }, i) => {
    for (let r = 0; r < numRows; r++) data[i * rows + r] = BigInt(decoding.rows[numComputedRows + r]![key]);
  });
  return { dims: [entries.length, rows], data };
}

function wantedRows(entries: readonly DecoderEntry[], rows: number) {
  const wanted: WantedRow[] = [];
  const logitRows: bigint[] = [];
  entries.forEach(({ sequence, numRows }, i) => {
    for (let r = 0; r < numRows; r++) {
      const row = sequence.numComputedRows + r;
      const logits = sequence.decoding.wants(row);
      if (logits === undefined) continue;
      wanted.push({ sequence, row, logits });
      logitRows.push(BigInt(i * rows + r));
    }
  });
  // A pass in which no row's logits are wanted (the middle of a long prompt) still needs one index.
  if (logitRows.length === 0) logitRows.push(0n);
  return { wanted, logitRows };
}

/** The largest k that any row needs, of those that do not need all. */
function largestTop(wanted: readonly WantedRow[], vocabularySize: number): number {
  const tops = wanted.map(({ logits }) => (logits === "all" ? 1 : logits.top));
  return Math.min(vocabularySize, Math.max(1, ...tops));
}
