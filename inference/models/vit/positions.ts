import { readFloat32 } from "../../checkpoint/read-tensor.ts";
import type { TensorRef } from "../../checkpoint/tensor-ref.ts";
import { describe, ShapeError } from "../../onnx/shape.ts";
import type { Graph, Operand } from "../../onnx/graph.ts";

/** Patches of a picture, down and across. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/**
 * The position table [1, 1 + patches, width] for a grid of patches: as stored where it fits, else resized as transformers'
 * interpolate_pos_encoding does (models.md §1.4). The class row stays as it is.
 */
export function positionTable(graph: Graph, stored: TensorRef, grid: Grid, trained: Grid): Operand {
  const [one, positions, width] = stored.shape as [number, number, number];
  if (one !== 1 || positions !== 1 + trained.rows * trained.columns) {
    throw new ShapeError(
      `${describe(stored)} has no row for each of ${trained.rows} × ${trained.columns} patches and the class`,
    );
  }
  if (grid.rows === trained.rows && grid.columns === trained.columns) return stored;
  const table = readFloat32(stored);
  const resized = [...table.subarray(0, width), ...resizeBicubic(table.subarray(width), trained, grid)];
  return graph.float32(
    [1, 1 + grid.rows * grid.columns, width],
    resized,
    `${stored.name} for ${grid.rows} × ${grid.columns}`,
  );
}

/** [from.rows, from.columns, width] → [to.rows, to.columns, width], as torch's bicubic interpolate without antialiasing. */
function resizeBicubic(table: Float32Array, from: Grid, to: Grid): Float32Array {
  const width = table.length / (from.rows * from.columns);
  const tall = resizeAxis(table, { outer: 1, from: from.rows, to: to.rows, inner: from.columns * width });
  return resizeAxis(tall, { outer: to.rows, from: from.columns, to: to.columns, inner: width });
}

/** [outer, from, inner] → [outer, to, inner] */
function resizeAxis(
  table: Float32Array,
  { outer, from, to, inner }: Record<"outer" | "from" | "to" | "inner", number>,
): Float32Array {
  const result = new Float32Array(outer * to * inner);
  for (let o = 0; o < outer; o++) {
    for (let t = 0; t < to; t++) {
      const target = result.subarray((o * to + t) * inner, (o * to + t + 1) * inner);
      for (const { at, weight } of taps(t, from, to)) {
        addScaled(target, table.subarray((o * from + at) * inner), weight);
      }
    }
  }
  return result;
}

function addScaled(target: Float32Array, source: Float32Array, weight: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += source[i]! * weight;
}

/** The four places of the old axis that make one of the new; beyond an end, its last place counts again. */
function taps(t: number, from: number, to: number): { at: number; weight: number }[] {
  const centre = ((t + 0.5) * from) / to - 0.5;
  const first = Math.floor(centre) - 1;
  return [first, first + 1, first + 2, first + 3].map((at) => ({
    at: Math.min(Math.max(at, 0), from - 1),
    weight: cubic(Math.abs(at - centre)),
  }));
}

/** Keys' cubic convolution kernel with torch's a = −0.75. */
function cubic(x: number): number {
  const a = -0.75;
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}
