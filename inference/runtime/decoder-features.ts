import type { SequenceFeatures } from "../scheduling/sequence.ts";
import type { Tensor } from "../tensor.ts";
import type { PassRows, PlacedEntry } from "./pass-rows.ts";

/** Features that are rows of this pass. */
interface Part {
  /** [rows, width] */
  readonly values: Float32Array;
  /** The number of the first among all rows of the pass. */
  readonly line: number;
  readonly rows: number;
}

/**
 * The features among the rows of a pass: features [featured, width], and feature_rows int64 [featured, 2], where among
 * input_ids each belongs.
 */
export function features(
  { placed, dims }: Pick<PassRows, "placed" | "dims">,
  width: number,
): Readonly<Record<"features" | "feature_rows", Tensor>> {
  const parts = placed.flatMap((entry) => entry.sequence.features.map((span) => partOf(span, entry, width)));
  const featured = parts.reduce((sum, { rows }) => sum + rows, 0);
  const [values, places] = [new Float32Array(featured * width), new BigInt64Array(featured * 2)];
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at * width);
    for (let line = part.line; line < part.line + part.rows; line++, at++) {
      places[2 * at] = BigInt(Math.floor(line / dims[1]));
      places[2 * at + 1] = BigInt(line % dims[1]);
    }
  }
  return { features: { dims: [featured, width], data: values }, feature_rows: { dims: [featured, 2], data: places } };
}

function partOf(
  { start, rows, values }: SequenceFeatures,
  { sequence: { numComputedRows }, numRows, line }: PlacedEntry,
  width: number,
): Part {
  if (values.dims[1] !== width) throw new TypeError(`features [${values.dims.join(", ")}] for a width of ${width}`);
  const from = Math.max(start, numComputedRows);
  const to = Math.max(from, Math.min(start + rows, numComputedRows + numRows));
  const data = (values.data as Float32Array).subarray((from - start) * width, (to - start) * width);
  return { values: data, line: line + from - numComputedRows, rows: to - from };
}
