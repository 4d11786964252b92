import type { DecoderEntry } from "../scheduling/batch.ts";
import type { SequenceFeatures } from "../scheduling/sequence.ts";
import type { Tensor } from "../tensor.ts";

/** Features that are rows of this pass. */
interface Part {
  /** [rows, width] */
  readonly values: Float32Array;
  /** Place in the batch, and in the entry's rows, of the first. */
  readonly entry: number;
  readonly row: number;
  readonly rows: number;
}

/** The features among the rows of a pass: features [featured, width], feature_rows int64 [featured, 2] say whose which row. */
export function features(
  entries: readonly DecoderEntry[],
  width: number,
): Readonly<Record<"features" | "feature_rows", Tensor>> {
  const parts = entries.flatMap((entry, i) => entry.sequence.features.map((span) => partOf(span, entry, i, width)));
  const featured = parts.reduce((sum, { rows }) => sum + rows, 0);
  const [values, places] = [new Float32Array(featured * width), new BigInt64Array(featured * 2)];
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at * width);
    for (let r = 0; r < part.rows; r++, at++) {
      places[2 * at] = BigInt(part.entry);
      places[2 * at + 1] = BigInt(part.row + r);
    }
  }
  return { features: { dims: [featured, width], data: values }, feature_rows: { dims: [featured, 2], data: places } };
}

function partOf(
  { start, rows, values }: SequenceFeatures,
  { sequence: { numComputedRows }, numRows }: DecoderEntry,
  entry: number,
  width: number,
): Part {
  if (values.dims[1] !== width) throw new TypeError(`features [${values.dims.join(", ")}] for a width of ${width}`);
  const from = Math.max(start, numComputedRows);
  const to = Math.max(from, Math.min(start + rows, numComputedRows + numRows));
  const data = (values.data as Float32Array).subarray((from - start) * width, (to - start) * width);
  return { values: data, entry, row: from - numComputedRows, rows: to - from };
}
