import type { DecoderEntry } from "../scheduling/batch.ts";
import type { Sequence } from "../scheduling/sequence.ts";
import type { Tensor } from "../tensor.ts";
import { MASKED } from "./kv-cache.ts";

export interface DecoderInputs {
  readonly tensors: Readonly<Record<"input_ids" | "position_ids" | "mask" | "logit_rows" | "top_k", Tensor>>;
  /** Which sequence's which row each line of the logits belongs to. */
  readonly wanted: readonly { readonly sequence: Sequence; readonly row: number }[];
}

/** The graph inputs of a pass, but for the cache: entries are padded to the one with most rows. */
export function decoderInputs(entries: readonly DecoderEntry[], past: number): DecoderInputs {
  const rows = Math.max(...entries.map(({ numRows }) => numRows));
  const inputIds = new BigInt64Array(entries.length * rows);
  const positionIds = new BigInt64Array(entries.length * rows);
  const wanted: { sequence: Sequence; row: number }[] = [];
  const logitRows: bigint[] = [];
  entries.forEach(({ sequence, numRows }, i) => {
    for (let r = 0; r < numRows; r++) {
      const index = sequence.numComputedRows + r;
      const row = sequence.decoding.rows[index]!;
      inputIds[i * rows + r] = BigInt(row.tokenId);
      positionIds[i * rows + r] = BigInt(row.position);
      if (!sequence.decoding.wants(index)) continue;
      wanted.push({ sequence, row: index });
      logitRows.push(BigInt(i * rows + r));
    }
  });
  // A pass in which no row's logits are wanted (the middle of a long prompt) still needs one index.
  if (logitRows.length === 0) logitRows.push(0n);
  const ids = [entries.length, rows];
  return {
    tensors: {
      input_ids: { dims: ids, data: inputIds },
      position_ids: { dims: ids, data: positionIds },
      mask: mask(entries, rows, past),
      logit_rows: { dims: [logitRows.length], data: BigInt64Array.from(logitRows) },
      top_k: { dims: [1], data: BigInt64Array.of(1n) },
    },
    wanted,
  };
}

/** [batch, 1, rows, past + rows]: each row sees itself and its ancestors; a padding row sees itself, so no NaN arises. */
function mask(entries: readonly DecoderEntry[], rows: number, past: number): Tensor {
  const width = past + rows;
  const data = new Float32Array(entries.length * rows * width).fill(MASKED);
  entries.forEach(({ sequence, numRows }, i) => {
    for (let r = 0; r < rows; r++) {
      const line = data.subarray((i * rows + r) * width, (i * rows + r + 1) * width);
      if (r < numRows) unmaskAncestors(line, sequence, sequence.numComputedRows + r, past);
      else line[past + r] = 0;
    }
  });
  return { dims: [entries.length, 1, rows, width], data };
}

function unmaskAncestors(line: Float32Array, sequence: Sequence, index: number, past: number): void {
  const { numComputedRows } = sequence;
  for (let row: number | undefined = index; row !== undefined; row = sequence.decoding.rows[row]!.parent) {
    line[row < numComputedRows ? row : past + row - numComputedRows] = 0;
  }
}
