import type { FloatData, Tensor } from "../tensor.ts";
import type { NewRows } from "./kv-cache.ts";
import { together } from "../onnx/together.ts";
import { alike } from "./strides.ts";

/**
 * Some rows of arrays [slots, heads, rows, headDim], all heads of each: places int64 [written, 3], which are slot, head
 * and row, and what the arrays hold there, several arrays' rows together: [several, written, headDim].
 */
export function rowsAt(
  arrays: readonly Tensor[],
  ranges: readonly NewRows[],
): { readonly places: Tensor; readonly rows: readonly Tensor[] } {
  const [, heads, , headDim] = arrays[0]!.dims as [number, number, number, number];
  const runs = ranges.flatMap((range) => Array.from({ length: heads }, (_, head) => ({ ...range, head })));
  const written = runs.reduce((sum, { count }) => sum + count, 0);
  const rows = together(arrays).map((several): Tensor => {
    const data = alike(arrays[0]!.data as FloatData, several.length * written * headDim);
    several.forEach((array, i) => writeRuns(data.subarray(i * written * headDim), array, runs));
    return { dims: [several.length, written, headDim], data };
  });
  return { places: { dims: [written, 3], data: placesOf(runs, written) }, rows };
}

function writeRuns(data: FloatData, array: Tensor, runs: readonly Run[]): void {
  let at = 0;
  for (const run of runs) {
    const rows = runOf(array, run);
    data.set(rows, at);
    at += rows.length;
  }
}

/** Rows of one head of one slot. */
interface Run extends NewRows {
  readonly head: number;
}

function placesOf(runs: readonly Run[], written: number): BigInt64Array {
  const places = new BigInt64Array(written * 3);
  let at = 0;
  for (const { slot, head, start, count } of runs) {
    for (let row = start; row < start + count; row++, at += 3) {
      [places[at], places[at + 1], places[at + 2]] = [BigInt(slot), BigInt(head), BigInt(row)];
    }
  }
  return places;
}

/** A view. */
function runOf({ dims, data }: Tensor, { slot, head, start, count }: Run): FloatData {
  const [, heads, rows, headDim] = dims as [number, number, number, number];
  const from = ((slot * heads + head) * rows + start) * headDim;
  return (data as FloatData).subarray(from, from + count * headDim);
}
